"""Pages that need no sign-in: following a link and leaving a mailing list."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import clicks, door, keys
from campaigns.models import Delivery
from crm.actions import consents


@login_not_required
@never_cache
@require_safe
def click(request, code, key=""):
    """The same as the door in front of Django does, for servers started without it; also its 404."""
    counts = request.method == "GET" and not door.is_prefetch(request.META)
    address = clicks.follow(code, key, counts=counts)
    if address is None:
        raise Http404
    response = HttpResponseRedirect(address)
    response["Referrer-Policy"] = "same-origin"
    return response


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, key):
    """RFC 8058: GET shows and changes nothing, a POST with nothing but the key withdraws consent to e-mail.

    The address goes on the suppression list with it, so that other rows of the same person are not mailed either.
    Exempt from the CSRF check because mail programs post without cookies; the signed key is the permission.
    """
    pk = keys.read_key(key, keys.UNSUBSCRIBE)
    delivery = pk and Delivery.objects.select_related("reader").filter(pk=pk).first()
    if not delivery:
        raise Http404
    reader = delivery.reader
    source = "unsubscribe page"
    if request.method == "POST" and "again" in request.POST:
        consents.set_consent(reader=reader, channel="email", granted=True, source=source)
    elif request.method == "POST":
        consents.unsubscribe(reader=reader, source=source)
    subscribed = reader.allows("email") and not consents.is_suppressed(reader)
    return render(request, "campaigns/unsubscribe.html", {"subscribed": subscribed})
