"""Subscribing without being a reader, and leaving again (public); the desk's page about it."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from core import visitors
from core.access import needs
from core.addresses import one_mailbox
from core.forms import posted, refusal_on, status_of
from core.refusals import Refused
from crm.readers.models import Purpose
from crm.receipts.views import once
from crm.staff import buckets
from crm.subscribers import keys
from crm.subscribers.actions import (
    ask_subscription,
    confirm_subscription,
    erase_subscription,
    leave,
    want_links,
)
from crm.subscribers.forms import ForgetForm, SubscribeForm
from crm.subscribers.models import Subscriber
from crm.subscribers.queries import counted
from crm.subscribers.words import data_of, label_of, others_of

log = logging.getLogger(__name__)

#: Links to one mailbox a day: whoever types a stranger's address cannot fill it.
TO_A_MAILBOX = 3
#: From all networks together: more is somebody who writes to strangers by our form.
IN_AN_HOUR = 500
#: The bucket of them: its name, its key, tokens a second, and how many at once.
ALL_LETTERS = ("subscriptions", "all", IN_AN_HOUR / buckets.HOUR, IN_AN_HOUR)
#: What no person does (``core.traps``); some are fast, and their link is sent.
PROGRAMS = ("honeypot", "unread")
#: Asked from one network, so many at once and so many an hour: a campus stands behind one.
FROM_A_NETWORK, AT_ONCE = 300, 60


@login_not_required
@once
def subscribe(request):
    """Ask for letters. Every address gets the same answer, and at most a letter with a link.

    What is refused, by the form or for a crowd, is said on the form.
    """
    form = SubscribeForm(posted(request), initial={"language": get_language()})
    if form.is_valid():
        with refusal_on(form):
            refuse_crowd(request)
            ask(form)
            return redirect("crm:subscribe-asked")
    return render(request, "crm/subscribers/subscribe.html", {"form": form}, status=status_of(form))


def refuse_crowd(request) -> None:
    """Raises Refused where one network asks for more than its people could mean.

    Counts the request that it lets through.
    """
    network = visitors.network_of(request)
    rate = FROM_A_NETWORK / buckets.HOUR
    if buckets.take("subscriptions of network", network, rate, AT_ONCE):
        raise Refused(_("Many are subscribing from your network just now. Try again in an hour."))
    if buckets.take(*ALL_LETTERS):
        log.warning("more than %s letters to subscribers-to-be in an hour: refused", IN_AN_HOUR)
        raise Refused(_("Very many are subscribing just now. Try again in an hour."))


def ask(form: SubscribeForm) -> None:
    """Write the letter, unless a program sent the form or the mailbox has had enough of them: in
    either case nothing says so.
    """
    asked = form.cleaned_data
    mailbox = one_mailbox(asked["address"])
    rate = TO_A_MAILBOX / buckets.DAY
    if form.trapped in PROGRAMS or buckets.take("subscription links", mailbox, rate, TO_A_MAILBOX):
        return
    ask_subscription(
        address=asked["address"], language=asked["language"], purposes=asked["purposes"]
    )


@login_not_required
def subscribe_asked(request):
    """What happens next, in the same words for every address."""
    return render(request, "crm/subscribers/subscribe_asked.html")


@login_not_required
@never_cache
def subscription_confirm(request, link):
    """Opened from the letter; confirmed by a button, since programs open links as well.

    410 for a link that does not hold: used, over, or never made. What is confirmed leads to the
    page on which one leaves.
    """
    if request.method != "POST":
        return render(request, "crm/subscribers/confirm.html")
    try:
        subscriber = confirm_subscription(link=link)
    except Refused as refusal:
        context = {"refusal": str(refusal)}
        return render(request, "crm/subscribers/confirm.html", context, status=410)
    key = keys.way_out(bytes(subscriber.digest))
    messages.success(request, _("Confirmed: the library writes to you from now on."))
    return redirect("crm:subscription", key, subscriber.purposes[0])


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request, key, purpose):
    """RFC 8058: GET shows and changes nothing; a POST with nothing but the key ends letters of the
    purpose, one with ``stop`` those of another, one with ``all`` every letter, and then nothing is
    kept of the address but its refusal.

    Exempt from the CSRF check because mail programs post without cookies; the signed key is the
    permission. ``?data`` answers with everything that is held, as JSON; ``?links`` speaks of
    letters that ask to confirm.
    """
    digest = keys.digest_in(key)
    if digest is None or purpose not in Purpose.values:
        raise Http404
    if request.method == "POST":
        take_word(request.POST, digest, purpose)
    subscriber = Subscriber.objects.confirmed().filter(digest=digest).first()
    if "data" in request.GET:
        return JsonResponse(data_of(subscriber))
    context = {
        "subscriber": subscriber,
        "purpose": label_of(purpose),
        "wanted": subscriber is not None and purpose in subscriber.purposes,
        "others": others_of(subscriber, purpose),
        "data": data_of(subscriber),
        "of_links": "links" in request.GET,
        "no_links": Subscriber.objects.filter(digest=digest, no_links=True).exists(),
    }
    return render(request, "crm/subscribers/subscription.html", context)


def take_word(posted, digest: bytes, purpose: str) -> None:
    """What the owner of the mailbox says by the key in a letter: with ``links`` whether letters
    that ask to confirm may go there ("yes" or anything else), with ``all`` no letter, with
    ``stop`` none of the purpose that stands there, else none of that of the address.
    """
    if "links" in posted:
        want_links(digest=digest, wanted=posted["links"] == "yes")
        return
    ended = Purpose.values if "all" in posted else [posted.get("stop", purpose)]
    if set(ended) <= set(Purpose.values):
        leave(digest=digest, purposes=ended)


@needs("readers.view")
def subscriber_page(request):
    """How many subscribe to what; who they are nobody of staff sees."""
    context = {"rows": counted(), "form": ForgetForm(), "is_flooded": is_flooded()}
    return render(request, "crm/subscribers/subscriber_page.html", context)


def is_flooded() -> bool:
    """Whether nobody can subscribe just now, since too many letters with a link were asked for."""
    return buckets.look(*ALL_LETTERS) > 0


@require_POST
@needs("readers.erase")
def subscriber_forget(request):
    """For somebody who asks the desk: the same answer whether they subscribed or not.

    400, and the page again, for what is no address.
    """
    form = ForgetForm(request.POST)
    if form.is_valid():
        erase_subscription(address=form.cleaned_data["address"], by=request.user)
        messages.success(request, _("Nothing more is written to this address."))
        return redirect("crm:subscriber-page")
    context = {"rows": counted(), "form": form}
    return render(request, "crm/subscribers/subscriber_page.html", context, status=400)
