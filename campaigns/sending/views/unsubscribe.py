"""The way out that every mail names."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.links import following, keys, seen
from campaigns.sending.mail import is_test_number
from campaigns.sending.models import Delivery
from crm.merges.queries import left_without
from crm.readers.actions import take_back_withdrawals
from crm.readers.actions import unsubscribe as withdraw
from crm.readers.models import ContactChannel, Purpose, Reader, Suppression
from crm.readers.queries import twins_of, wants_mail
from crm.readers.suppressing import suppress_digest
from crm.readers.words import purposes_in_words

#: The page that says for what mail still comes.
PAGE = "campaigns/sending/unsubscribe.html"
#: What the consent ledger says of where the reader's word came from.
SOURCE = "unsubscribe page"
#: Seconds in which a withdrawal can be taken back on the page that says it. The key of a mail holds
#: for ever and in many hands, so it alone gives no consent.
UNDO_SECONDS = 15 * 60
#: Keeps these texts apart from all else that the portal's key signs.
UNDO_SALT = "campaigns.unsubscribe.withdrawals"


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, key):
    """RFC 8058: GET shows and changes nothing; a POST with nothing but the key withdraws consent to
    mail for the purpose that the mail named, one with ``all`` to every mail.

    The address goes on the suppression list with it, so that other rows of the same person are not
    mailed either. The link of a test mail only says what it would do.

    A mail older than its term names its reader by the key alone. Where nobody is known by it any
    more, the key still names the address, which is then stopped by itself. In a mail of before keys
    named anybody it does not, and past the term the page says where else to turn: 410, so that no
    mail program takes it for done.

    Exempt from the CSRF check because mail programs post without cookies; the signed key is the
    permission.
    """
    out = keys.parse_way_out(key)
    if out.delivery is None:
        raise Http404
    if is_test_number(out.delivery):
        return render(request, "campaigns/sending/unsubscribe_test.html")
    # Nobody is signed in here whom a delivery could be visible to: the key has named it.
    found = Delivery.objects.select_related("reader", "content")
    delivery = get_object_or_404(found, pk=out.delivery)
    reader = reader_behind(delivery, out)
    if reader is None:
        return of_nobody(request, delivery, out.digest)

    undo = ""
    if request.method != "POST":
        # A program that opens all of a mail opens this too; what it opens besides is none of the
        # reader's. A POST is always heard.
        following.note_way_out(delivery.pk, seen.visit_of(request.META))
    else:
        undo = change(delivery, reader, request.POST)
    return render(request, PAGE, page_of(delivery, still_wanted(reader), undo))


def reader_behind(delivery: Delivery, out: keys.WayOut) -> Reader | None:
    """Whose consent a way out of this mail is about: the reader it went to, the one into whose
    record they were joined, or the one whom the key bears. None where nobody is known by it any
    more.
    """
    named = delivery.reader or left_without(delivery)
    return named or Reader.objects.bearing(out.reader).first()


def still_wanted(reader: Reader) -> list[str]:
    """The purposes for which the reader may be mailed now, in the order in which all are named."""
    return [purpose for purpose in Purpose.values if wants_mail(reader, purpose)]


def of_nobody(request, delivery: Delivery, digest: bytes | None):
    """The way out of a mail whose reader no row knows: the address alone is stopped, for whoever
    brings it in again. There is no way back here; coming back is the person's own word elsewhere.
    """
    if digest is None:
        return render(request, "campaigns/sending/unsubscribe_nobody.html", status=410)
    if request.method == "POST":
        purposes = purposes_asked(delivery, request.POST)
        suppress_digest(digest=digest, purposes=purposes, source=SOURCE, by=None)
    open_for = []
    for purpose in Purpose.values:
        listed = Suppression.objects.stopping(ContactChannel.EMAIL, purpose)
        if not listed.filter(digest=digest).exists():
            open_for.append(purpose)
    return render(request, PAGE, page_of(delivery, open_for))


def purposes_asked(delivery: Delivery, posted) -> list[str]:
    """The purposes for which no mail shall come any more: all of them with ``all``, else that of
    the mail.

    A mail program posts nothing but the key, and means that one.
    """
    if "all" in posted:
        return Purpose.values
    return [delivery.content.purpose]


def page_of(delivery: Delivery, open_for: list[str], undo: str = "") -> dict:
    """What the page says by the names of its template: whether mail of this purpose still comes,
    for what else it does (``open_for`` has all of these), and the text that takes the withdrawal
    back or "".
    """
    purpose = delivery.content.purpose
    return {
        "subscribed": purpose in open_for,
        "purpose": delivery.content.get_purpose_display(),
        "others": purposes_in_words([other for other in open_for if other != purpose]),
        "undo": undo,
    }


def change(delivery: Delivery, reader: Reader, posted) -> str:
    """Withdraw what was asked for, or take the withdrawal back; returns the text that can do so,
    empty where nothing was taken.
    """
    if "undo" in posted:
        take_back(delivery, posted["undo"])
        return ""

    purposes = purposes_asked(delivery, posted)
    allowed = allowed_by(reader, purposes)
    written = withdraw(reader=reader, source=SOURCE, by=None, purposes=purposes)
    # Only what was allowed may be given back by the undo.
    taken = [event.pk for event in written if (event.reader_id, event.purpose) in allowed]
    if not taken:
        return ""
    return signing.dumps([delivery.pk, taken], salt=UNDO_SALT)


def allowed_by(reader: Reader, purposes: Iterable[str]) -> set[tuple[int, str]]:
    """(key of the row, purpose) of what each row of the person may be mailed for now."""
    allowed = set()
    # Withdrawing holds for all rows of the person, so the undo must know what each allowed.
    for row in [reader, *twins_of(reader)]:
        for purpose in purposes:
            if wants_mail(row, purpose):
                allowed.add((row.pk, purpose))
    return allowed


def take_back(delivery: Delivery, undo: str) -> None:
    """Allow again what this page has just taken away; 404 for any other text, for that of another
    mail, and after UNDO_SECONDS.

    The text names the entries of the ledger that took it, so it is worth nothing a second time.
    """
    try:
        pk, taken = signing.loads(undo, salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    # The text of one mail's page must not give back what another mail's page took away.
    if pk != delivery.pk:
        raise Http404
    take_back_withdrawals(withdrawals=taken, source=SOURCE, by=None)
