"""What a reader told the library and what became of it, for the page of the reader."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.numbers import duration, number
from crm.readers.models import Activity
from crm.readers.parts import (
    Exchange,
    Interaction,
    InteractionKind,
    NextStep,
    PageSection,
    ReaderPart,
)
from feedback.voices.models import Voice

TEMPLATE = "feedback/voices/_said_by_reader.html"
#: The newest on the page; the timeline has all.
SHOWN = 6
#: So many characters of a voice stand in a line that names it.
BRIEF = 36


@dataclass(frozen=True)
class ToldVoice:
    """One voice and what became of it: a first word, and what was done or until when.

    ``is_waiting``: the reader waits; ``is_done``: it led to something.
    """

    voice: Voice
    fate: str
    beside: str
    is_waiting: bool
    is_done: bool


def voices_of(reader, viewer) -> QuerySet[Voice]:
    """What the reader told us and this viewer may open; what was put aside is no word of theirs."""
    mine = Voice.objects.visible_to(viewer).filter(reader=reader)
    return mine.exclude(state=Voice.State.ASIDE).select_related("assigned_to")


def voice_told(voice: Voice) -> Interaction:
    """A voice by its kind and its first words."""
    text = _("%(kind)s “%(words)s”") % {
        "kind": voice.get_kind_display(),
        "words": in_brief(voice.text),
    }
    return Interaction(at=voice.received_at, text=text, url=voice.get_absolute_url())


def in_brief(text: str) -> str:
    """The first words of a text on one line, without the full stop: they stand in a sentence."""
    words = " ".join(text.split())
    if len(words) <= BRIEF:
        return words.rstrip("。.")
    return f"{words[:BRIEF].rstrip()}…"


def part_of(reader, viewer) -> ReaderPart:
    """What the reader said, what was answered and done, and what waits. Three statements."""
    mine = voices_of(reader, viewer)
    newest = list(mine.order_by("-received_at", "-pk")[:SHOWN])
    waiting = list(mine.waiting().order_by("received_at", "pk")[:SHOWN])
    counted = mine.aggregate(
        said=Count("pk"),
        answered=Count("answered_at"),
        done=Count("pk", filter=~Q(done="")),
        took=Avg(F("answered_at") - F("received_at")),
    )
    if not newest:
        return ReaderPart()
    return ReaderPart(
        gave=(_gave(counted["said"], counted["done"]),),
        got=_got(counted["answered"], counted["took"]),
        last=voice_told(newest[0]),
        steps=tuple(map(answer_due, waiting)),
        words=(PageSection(TEMPLATE, {"said": list(map(what_became_of, newest))}),),
    )


def _gave(n: int, done: int) -> Exchange:
    """How many messages, and how many of them changed something."""
    said = ngettext("%(n)s message", "%(n)s messages", n) % {"n": number(n)}
    if not done:
        return Exchange(said)
    beside = ngettext("%(n)s of them led to a change", "%(n)s of them led to changes", done)
    return Exchange(said, beside % {"n": number(done)})


def _got(n: int, took: timedelta | None) -> tuple[Exchange, ...]:
    """How many answers, and after how long on average."""
    if not n:
        return ()
    said = ngettext("%(n)s answer", "%(n)s answers", n) % {"n": number(n)}
    return (Exchange(said, _("after %(time)s on average") % {"time": duration(took)}),)


# --- what became of one ---------------------------------------------------------------------------
def what_became_of(voice: Voice) -> ToldVoice:
    """What was done comes before what was answered; what waits says how long it still may."""
    if voice.done:
        return ToldVoice(voice, voice.done, _shown_in_words(voice), is_waiting=False, is_done=True)
    if voice.is_waited_for:
        return ToldVoice(voice, _waits(voice), _with_whom(voice), is_waiting=True, is_done=False)
    return ToldVoice(voice, _settled(voice), "", is_waiting=False, is_done=False)


def _shown_in_words(voice: Voice) -> str:
    """Whether everybody reads what was done."""
    if voice.shown:
        return _("stands under “you said, we did”")
    return ""


def _waits(voice: Voice) -> str:
    """That the reader waits, and how long the library still has."""
    if voice.state == Voice.State.HELD:
        return voice.get_state_display()
    if voice.answered_at is not None:
        return _("The reader wrote again")
    return time_left(voice)


def _with_whom(voice: Voice) -> str:
    """Who has it in hand; empty where nobody does."""
    if voice.assigned_to is None:
        return ""
    return _("with %(name)s") % {"name": voice.assigned_to}


def _settled(voice: Voice) -> str:
    """That it was answered, and after how long; closed without an answer where there was none."""
    if voice.answered_at is None:
        return voice.get_state_display()
    return _("Answered after %(time)s") % {"time": duration(voice.answered_at - voice.received_at)}


def time_left(voice: Voice) -> str:
    """How long the first answer may still take, or how late it is."""
    left = voice.answer_due_at - timezone.now()
    if left < timedelta():
        return _("%(time)s past its time") % {"time": duration(-left)}
    return _("%(time)s left for the answer") % {"time": duration(left)}


def answer_due(voice: Voice) -> NextStep:
    """That a voice waits for its answer, and until when."""
    # The promise is about the first answer; none is made about later ones.
    due = None
    if voice.answered_at is None:
        due = voice.answer_due_at
    return NextStep(
        said=_("“%(words)s” waits for an answer.") % {"words": in_brief(voice.text)},
        beside=_waits(voice),
        label=_("Answer"),
        url=voice.get_absolute_url(),
        due=due,
        is_late=voice.is_overdue(),
    )


PARTS = [part_of]
INTERACTIONS = [
    InteractionKind(code=Activity.Kind.VOICE, rows=voices_of, at="received_at", say=voice_told)
]
