"""The way out that every mail names."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.links import keys
from campaigns.sending.mail import is_test_number
from campaigns.sending.models import Delivery
from crm.readers import actions
from crm.readers.models import ContactChannel, Reader
from crm.readers.queries import may_be_mailed

#: What the consent ledger says of where the reader's word came from.
SOURCE = "unsubscribe page"


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, key):
    """RFC 8058: GET shows and changes nothing, a POST with nothing but the key withdraws consent to
    e-mail.

    The address goes on the suppression list with it, so that other rows of the same person are not
    mailed either. The link of a test mail only says what it would do.

    Exempt from the CSRF check because mail programs post without cookies; the signed key is the
    permission.
    """
    pk = keys.parse_key(key, keys.UNSUBSCRIBE)
    if pk is None:
        raise Http404
    if is_test_number(pk):
        return render(request, "campaigns/sending/unsubscribe_test.html")
    # Nobody is signed in here whom a delivery could be visible to: the key has named it.
    delivery = get_object_or_404(Delivery.objects.select_related("reader"), pk=pk)

    reader = delivery.reader
    if request.method == "POST":
        change_subscription(reader, again="again" in request.POST)
    context = {"subscribed": may_be_mailed(reader)}
    return render(request, "campaigns/sending/unsubscribe.html", context)


def change_subscription(reader: Reader, *, again: bool) -> None:
    """Take a reader off the mails, or back ``again``."""
    if not again:
        actions.unsubscribe(reader=reader, source=SOURCE, by=None)
        return
    actions.set_consent(
        reader=reader, channel=ContactChannel.EMAIL, granted=True, source=SOURCE, by=None
    )
