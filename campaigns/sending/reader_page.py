"""What mails of campaigns a reader got, for the page of the reader."""

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.sending.models import Delivery
from campaigns.sending.progress import not_arrived
from campaigns.sending.words import reason_in_words
from core.numbers import number
from crm.readers.parts import Exchange, Interaction, InteractionKind, PageSection, ReaderPart
from crm.readers.reader_page import LETTER

TEMPLATE = "campaigns/sending/_not_arrived.html"


def mails_to(reader, viewer) -> QuerySet[Delivery]:
    """Mails of campaigns that went to the reader, with what they were."""
    sent = Delivery.objects.filter(reader=reader, state=Delivery.State.SENT)
    return sent.select_related("content")


def mail_told(mail: Delivery) -> Interaction:
    """A mail by its title, and whether a link in it was followed."""
    text = _("Mail “%(title)s”")
    if mail.clicked_at:
        text = _("Mail “%(title)s”, a link in it followed")
    return Interaction(
        at=mail.sent_at,
        text=text % {"title": mail.content.title},
        url=mail.content.get_absolute_url(),
        is_ours=True,
    )


def part_of(reader, viewer) -> ReaderPart:
    """How many mails the reader got, and which have not gone. Three statements."""
    counted = mails_to(reader, viewer).aggregate(n=Count("pk"), followed=Count("clicked_at"))
    newest = mails_to(reader, viewer).order_by("-sent_at", "-pk").first()
    if newest is None:
        return ReaderPart(after=_waiting(reader))
    got = Exchange(
        said=ngettext("%(n)s mail", "%(n)s mails", counted["n"]) % {"n": number(counted["n"])},
        beside=followed_in_words(counted["followed"]),
    )
    return ReaderPart(got=(got,), last=mail_told(newest), after=_waiting(reader))


def followed_in_words(n: int) -> str:
    """In how many mails the reader followed a link."""
    if not n:
        return _("no link followed")
    return ngettext("link followed in %(n)s of them", "links followed in %(n)s of them", n) % {
        "n": number(n)
    }


def _waiting(reader) -> tuple[PageSection, ...]:
    """Mails that have not gone, each with its reason in words; nothing where all have."""
    mails = [(mail, reason_in_words(mail.reason)) for mail in not_arrived(reader)]
    if not mails:
        return ()
    return (PageSection(TEMPLATE, {"mails": mails}),)


PARTS = [part_of]
INTERACTIONS = [InteractionKind(code=LETTER, rows=mails_to, at="sent_at", say=mail_told)]
