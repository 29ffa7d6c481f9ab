"""Sentences of the front page."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.disclosure import Count
from core.provenance import published_case
from crm.readers.words import in_month
from feedback.calls.models import Call, Submission
from feedback.surveys.models import Survey
from feedback.voices.models import Voice

#: A reader's sentence is quoted in so many characters, a work in so many lines and characters.
QUOTED = 64
LINES = 4
LINE = 40
#: So many characters fit into a line that is written downwards.
DOWNWARDS = 12
#: Letters and digits that would lie on their side in such a line.
LATIN = re.compile(r"[0-9A-Za-z]")
#: A headline of more bytes is set smaller; of Chinese they are 20 characters, of English 60.
LONG = 60
#: What ends in a full stop without ending a sentence: initials, titles, "No. 3".
NO_END = r"(?<!\b[A-Z]\.)(?<!\bNo\.)(?<!\b[DM]r\.)(?<!\bMs\.)(?<!\bSt\.)(?<!\bMrs\.)(?<!\bProf\.)"
#: Where the first sentence of several ends. Nothing begins in small letters or with a figure after
#: an English full stop: "from 8 a.m. on".
SENTENCE_END = re.compile(rf"(?<=[。！？；])|(?<=[!?;])\s+|(?<=\.){NO_END}\s+(?![a-z0-9])")

#: How a work stands, told to its author; of what is not here nothing is told.
FATES = {
    Submission.State.HELD: lambda: _("A colleague looks at it first. Nothing is decided yet."),
    Submission.State.SUBMITTED: lambda: _("It is being read. Nothing is decided yet."),
    Submission.State.ACCEPTED: lambda: _("It was chosen, and will be put on show."),
    Submission.State.PUBLISHED: lambda: _("It is on show."),
    Submission.State.DECLINED: lambda: _("It was not chosen this time."),
}


@dataclass(frozen=True)
class DatedStep:
    """Something that happened on a day."""

    what: str
    day: str


@dataclass(frozen=True)
class FrontOpening:
    """What the page opens with: somebody's words, and what became of them.

    ``rest`` is what the outcome says beyond its first sentence; ``caption`` what the drawing
    stands for, empty where it is decoration; ``more`` what stands at ``url``, both empty where
    nothing more is to be read. ``is_change``: the library changed something, which a decision
    about a work is not.
    """

    kicker: str
    said: str
    outcome: str
    rest: str
    steps: tuple[DatedStep, ...]
    url: str
    more: str
    drawing: str
    caption: str
    provenance: str = ""
    is_change: bool = True

    @property
    def is_long(self) -> bool:
        """True for an outcome that would fill the screen in the largest type."""
        return len(self.outcome.encode()) > LONG


@dataclass(frozen=True)
class YoursLine:
    """One thing of one's own: what it is, how it stands, and where it is read."""

    kind: str
    said: str
    stands: str
    url: str


@dataclass(frozen=True)
class Open:
    """Something one can take part in: its name, until when, and where."""

    kind: str
    title: str
    until: str
    url: str
    action: str


# --- what the page opens with ---------------------------------------------------------------------
def opening_of_own_voice(voice: Voice) -> FrontOpening:
    """To whoever said it, in their own words: something was done."""
    outcome, rest = headline(voice.done)
    return FrontOpening(
        kicker=_("You said it, and this is what became of it"),
        said=Truncator(voice.text).chars(QUOTED),
        outcome=outcome,
        rest=rest,
        steps=steps_of_voice(voice),
        url=voice.own_url,
        more=_("The whole conversation"),
        drawing="ripple",
        caption=_("The drop is the sentence you said."),
        provenance=published_case(voice.provenance),
    )


def opening_of_shown_voice(voice: Voice, *, others: bool) -> FrontOpening:
    """To everybody, in the wording that was looked at: something was done.

    ``others``: there are other changes below, to which it leads.
    """
    outcome, rest = headline(voice.done)
    url, more = "", ""
    if others:
        url, more = "#did", _("What else was done")
    return FrontOpening(
        kicker=_("A reader said it, and this is what became of it"),
        said=Truncator(voice.public_text).chars(QUOTED),
        outcome=outcome,
        rest=rest,
        steps=steps_of_shown_voice(voice),
        url=url,
        more=more,
        drawing="ripple",
        caption=_("The drop is one sentence of one reader."),
        provenance=published_case(voice.provenance),
    )


def opening_of_own_work(work: Submission) -> FrontOpening:
    """To its author: how a work stands."""
    return FrontOpening(
        kicker=_("Your work “%(title)s”") % {"title": work.title},
        said=first_lines(work.text),
        outcome=fate_of(work),
        rest=work.thanks,
        steps=steps_of_work(work),
        url=work.get_absolute_url(),
        more=_("Read it whole"),
        drawing=work.drawing,
        caption="",
        provenance=published_case(work.call.provenance),
        is_change=False,
    )


def headline(done: str) -> tuple[str, str]:
    """The first sentence of what was done, and what follows it (perhaps nothing)."""
    first, _mark, rest = SENTENCE_END.sub("\n", done.strip(), count=1).partition("\n")
    return first, rest.strip()


def steps_of_voice(voice: Voice) -> tuple[DatedStep, ...]:
    """To whoever said it: the days that are recorded of a voice, oldest first."""
    return _steps(_moments(voice, _("You said it")), _day)


def steps_of_shown_voice(voice: Voice) -> tuple[DatedStep, ...]:
    """To everybody: the same by their months.

    Whoever speaks here is not named. By the day, colleagues and fellow students who saw somebody at
    the desk or heard them complain could tell who it was; a month has many voices. The day of the
    first answer is mostly that of the voice or the next one, so it is no more exact; and one
    exact day among months would only puzzle.
    """
    return _steps(_moments(voice, _("A reader said it")), month_of)


def _moments(voice: Voice, said: str) -> list[tuple[str, datetime | None]]:
    """What is recorded of a voice and when; ``said`` names the first of it."""
    return [
        (said, voice.received_at),
        (_("First answer"), voice.answered_at),
        (_("Settled"), voice.closed_at),
    ]


def steps_of_work(work: Submission) -> tuple[DatedStep, ...]:
    """The days that are recorded of a work, oldest first."""
    moments = [
        (_("You sent it in"), work.submitted_at or work.held_at),
        (_("Put on show"), work.published_at),
    ]
    return _steps(moments, _day)


def _steps(
    moments: Iterable[tuple[str, datetime | None]], say: Callable[[datetime], str]
) -> tuple[DatedStep, ...]:
    """Those that happened, in the order of time; ``say`` turns a moment into words."""
    happened = [(at, what) for what, at in moments if at is not None]
    return tuple(DatedStep(what, say(at)) for at, what in sorted(happened))


def _day(at: datetime) -> str:
    """The day of a moment, here."""
    return date_format(timezone.localdate(at))


def month_of(at: datetime) -> str:
    """The month of a moment, here."""
    return in_month(timezone.localdate(at))


# --- what is one's own ----------------------------------------------------------------------------
def fate_of(work: Submission) -> str:
    """How a work that was sent in stands, in a sentence."""
    return FATES[work.state]()


def own_work(work: Submission) -> YoursLine:
    """One's work and how it stands."""
    return YoursLine(
        kind=_("You wrote"),
        said=work.title,
        stands=fate_of(work),
        url=work.get_absolute_url(),
    )


def own_voice(voice: Voice) -> YoursLine:
    """Something one said of which no change is recorded: still open, or answered."""
    if voice.is_waited_for:
        stands = _("Not decided yet.")
    elif voice.answered_at is None:
        stands = _("It was closed without an answer. No change is recorded.")
    else:
        stands = _("It was answered. No change is recorded.")
    return YoursLine(
        kind=_("You said"),
        said=Truncator(voice.text).chars(QUOTED),
        stands=stands,
        url=voice.own_url,
    )


# --- works and calls ------------------------------------------------------------------------------
def first_lines(text: str) -> str:
    """The beginning of a work in its own lines; an ellipsis where something follows."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    shown = Truncator("\n".join(lines[:LINES])).chars(LINES * LINE)
    if len(lines) > LINES:
        return f"{shown.removesuffix('…')}…"
    return shown


def is_upright(lines: str) -> bool:
    """True for a short poem in Chinese, which can be written downwards."""
    if LATIN.search(lines):
        return False
    return all(len(line) <= DOWNWARDS for line in lines.split("\n"))


def time_left(call: Call, now: datetime) -> str:
    """How long an open call still takes works, in whole days."""
    days = (timezone.localdate(call.closes_at) - timezone.localdate(now)).days
    if days == 0:
        return _("Closes today")
    said = ngettext("Closes in %(days)s day", "Closes in %(days)s days", days)
    return said % {"days": days}


def works_received(received: Count) -> str:
    """How many works a call has got so far, as everybody may know it."""
    if received.is_withheld:
        return _("A few works were received.")
    if received.is_zero:
        return _("No work was received yet: the first one could be yours.")
    said = ngettext("One work was received.", "%(n)s works were received.", received.plural)
    return said % {"n": received}


def draft_kept(work: Submission) -> str:
    """When a draft was kept last."""
    at = timezone.localtime(work.updated_at)
    return _("Your draft of %(at)s") % {"at": date_format(at, "DATETIME_FORMAT")}


def open_call(call: Call, now: datetime) -> Open:
    """A call that takes works."""
    return Open(
        kind=_("Call for works"),
        title=call.title,
        until=f"{time_left(call, now)} · {works_received(call.received)}",
        url=call.get_absolute_url(),
        action=_("Take part"),
    )


def open_survey(survey: Survey) -> Open:
    """A survey that everybody may answer."""
    until = _("Open until further notice.")
    if survey.closes_at:
        until = _("Open until %(day)s.") % {"day": _day(survey.closes_at)}
    return Open(
        kind=_("Survey"),
        title=str(survey),
        until=until,
        url=survey.public_url,
        action=pgettext("button", "Answer"),
    )
