"""What the front page shows, and to whom: one's own before everybody's."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, When
from django.db.models.functions import Coalesce

from crm.staff.models import User
from feedback.calls.models import Call, Submission
from feedback.calls.queries import with_received
from feedback.portal import words
from feedback.surveys.models import Survey
from feedback.voices.models import Voice

State = Submission.State
#: Of each kind the page shows the first few.
WORKS = 4
VOICES = 5
CALLS = 4
SURVEYS = 3
OWN = 3
#: How short poems hang, by turns.
UPRIGHT_LOOKS = ("poster", "upright")
#: When something came of a voice, as far as it is recorded.
SETTLED = Coalesce("closed_at", "answered_at", "received_at")
#: Works of one's own that stand in one's list alone: nobody decides about them.
UNTOLD = (State.DRAFT, State.WITHDRAWN, State.ASIDE)


@dataclass(frozen=True)
class Own:
    """What somebody said and wrote, newest first; nothing for whoever is no reader."""

    done: Voice | None = None
    voices: tuple[Voice, ...] = ()
    works: tuple[Submission, ...] = ()
    draft: Submission | None = None

    @property
    def hopeful(self) -> Submission | None:
        """The newest work that was not turned down: a refusal is told once, in its place."""
        hopeful = (work for work in self.works if work.state != State.DECLINED)
        return next(hopeful, None)


@dataclass(frozen=True)
class ShownWork:
    """A work and its beginning.

    ``look``: a short poem is a "poster" over a drawing or an "upright" sheet by turns, anything
    else a "level" sheet.
    """

    work: Submission
    lines: str
    look: str


@dataclass(frozen=True)
class Invitation:
    """The call in the middle of the page, with one's own draft where there is one."""

    call: Call
    left: str
    received: str
    draft: Submission | None = None
    lines: str = ""
    kept: str = ""


def own_of(user, now: datetime) -> Own:
    """What the person who looks said and wrote; a visitor has nothing."""
    if not user.is_authenticated:
        return Own()
    return _own_of(user, now)


def _own_of(user: User, now: datetime) -> Own:
    """As ``own_of``, of somebody signed in."""
    voices = Voice.objects.said_by(user).exclude(state=Voice.State.ASIDE)
    works = Submission.objects.written_by(user).select_related("call")
    drafts = works.filter(state=State.DRAFT, call__in=Call.objects.open(now))
    told = works.exclude(state__in=UNTOLD)
    return Own(
        done=settled(voices.let_through().exclude(done="")).first(),
        voices=tuple(voices.filter(done="").order_by("-received_at", "-pk")[:OWN]),
        works=tuple(told.order_by("-updated_at", "-pk")[:OWN]),
        draft=drafts.order_by("-updated_at", "-pk").first(),
    )


def settled(voices: QuerySet[Voice]) -> QuerySet[Voice]:
    """Voices in the order in which something came of them, the newest first."""
    return voices.order_by(SETTLED.desc(), "-pk")


def shown_voices() -> list[Voice]:
    """What everybody reads: one to open with, and those of the list."""
    return list(settled(Voice.objects.on_show())[: 1 + VOICES])


def opening(own: Own, shown: list[Voice]) -> words.FrontOpening | None:
    """What became of one's own words, else of somebody's; None while nothing came of any."""
    if own.done:
        return words.opening_of_own_voice(own.done)
    if own.hopeful:
        return words.opening_of_own_work(own.hopeful)
    if shown:
        return words.opening_of_shown_voice(shown[0], others=len(shown) > 1)
    return None


def yours(own: Own) -> list[words.YoursLine]:
    """One's own things and how each stands, without the one the page opens with."""
    opens = None if own.done else own.hopeful
    works = [work for work in own.works if work != opens]
    return [words.own_work(work) for work in works] + [
        words.own_voice(voice) for voice in own.voices
    ]


def others(own: Own, shown: list[Voice]) -> list[Voice]:
    """Voices under “you said, we did”: the one that the page opens with stands there already."""
    opens = own.done or own.hopeful or next(iter(shown), None)
    return [voice for voice in shown if voice != opens][:VOICES]


def works_on_show() -> list[ShownWork]:
    """The newest works that everybody may read."""
    works = Submission.objects.on_show().select_related("call")
    newest = works.order_by("-published_at", "-pk")[:WORKS]
    return [_shown(place, work) for place, work in enumerate(newest)]


def _shown(place: int, work: Submission) -> ShownWork:
    """A work as it hangs at one place of the wall, from 0."""
    lines = words.first_lines(work.text)
    look = UPRIGHT_LOOKS[place % 2]
    if not words.is_upright(lines):
        look = "level"
    return ShownWork(work, lines, look)


def open_calls(draft: Submission | None, now: datetime) -> list[Call]:
    """Calls that take works: that of one's draft, then the one that closes first."""
    written = Case(When(pk=draft.call_id if draft else None, then=0), default=1)
    calls = with_received(Call.objects.open(now))
    return list(calls.order_by(written, "closes_at", "pk")[:CALLS])


def invitation(calls: list[Call], draft: Submission | None, now: datetime) -> Invitation | None:
    """The first of the calls, with one's draft for it; None while none is open."""
    if not calls:
        return None
    call = calls[0]
    left = words.time_left(call, now)
    received = words.works_received(call.received)
    if draft is None:
        return Invitation(call, left, received)
    return Invitation(
        call, left, received, draft, words.first_lines(draft.text), words.draft_kept(draft)
    )


def also_open(calls: list[Call], now: datetime) -> list[words.Open]:
    """What else one can take part in now: the other calls, and surveys for everybody."""
    surveys = Survey.objects.open_to_everybody(now).order_by("closes_at", "pk")[:SURVEYS]
    return [words.open_call(call, now) for call in calls[1:]] + [
        words.open_survey(survey) for survey in surveys
    ]
