"""What this room says of a reader and the library: the letters written to them alone, and whether
their address can be reached.
"""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from crm.letters.models import Letter, LetterPurpose
from crm.readers.models import Reader
from crm.readers.parts import Interaction, InteractionKind, NextStep, ReaderPart
from crm.readers.words import day_of

#: The kind that letters to one person have in the timeline, and mails of campaigns with them.
LETTER = "letter"


def letters_to(reader: Reader, viewer) -> QuerySet[Letter]:
    """Letters that went to the reader; those about their account are between them and it."""
    sent = Letter.objects.filter(reader=reader, state=Letter.State.SENT)
    return sent.exclude(purpose=LetterPurpose.ACCOUNT)


def letter_told(letter: Letter) -> Interaction:
    """A letter by its subject."""
    text = _("Letter “%(subject)s”") % {"subject": letter.subject}
    return Interaction(at=letter.sent_at, text=text, is_ours=True)


def part_of(reader: Reader, viewer) -> ReaderPart:
    """The newest letter, and an address that no letter reaches. One statement."""
    newest = letters_to(reader, viewer).order_by("-sent_at", "-pk").first()
    last = None
    if newest is not None:
        last = letter_told(newest)
    steps: tuple[NextStep, ...] = ()
    if reader.email_trouble and viewer.can("readers.edit"):
        steps = (another_address_needed(reader),)
    return ReaderPart(last=last, steps=steps)


def another_address_needed(reader: Reader) -> NextStep:
    """That somebody asks for an address that letters reach."""
    since = _("Since %(day)s: %(why)s.") % {
        "day": day_of(reader.email_trouble_at),
        "why": reader.get_email_trouble_display(),
    }
    return NextStep(
        said=_("No letter arrives any more. Ask for another address."),
        beside=since,
        label=_("Write the address down"),
        url=reverse("crm:reader-edit", args=[reader.pk]),
    )


PARTS = [part_of]
INTERACTIONS = [
    InteractionKind(
        code=LETTER,
        rows=letters_to,
        at="sent_at",
        say=letter_told,
        label=pgettext_lazy("kind of what happened", "Letter received"),
    )
]
