"""How a content's deliveries stand, for the live page: two queries however many rows there are.

``Balance`` is what the database says, ``Progress`` what one viewer may be told of it: who may open
every reader sees the exact numbers of deliveries. How many followed a link, and why mails did not
go out, is protected whoever looks.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import models
from django.db.models import Min, Q
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.sending.audience import sending_moment
from campaigns.sending.models import Delivery, delivery_in_words
from campaigns.sending.named import FOLLOWED_SHARE
from campaigns.sending.words import (
    failed_again_in_words,
    held_in_words,
    in_doubt_again_in_words,
    reason_in_words,
)
from core.disclosure import Count, CountRow
from crm.readers.queries import may_open_every_reader

State = Delivery.State
#: Where a row stands, in the order the page tells it.
ORDER = (
    State.SENT,
    State.PENDING,
    State.CLAIMED,
    State.INFLIGHT,
    State.FAILED,
    State.SKIPPED,
    State.UNKNOWN,
    State.HOLDOUT,
)
#: To the first nothing more happens by itself; the second are in a worker's hands.
DONE = (State.SENT, State.FAILED, State.SKIPPED, State.UNKNOWN)
IN_HAND = (State.CLAIMED, State.INFLIGHT)
#: States that the page names even where no row is in them.
ALWAYS_SHOWN = (State.SENT, State.PENDING)
#: Rows that have been due for so long, while the sweep calls for workers every twenty seconds, say
#: that no worker runs. That is a question to the person who looks and changes nothing; when a row
#: is taken from a lost worker says delivery.LEASE, when a job is says LOST_AFTER in crm/jobs.
STALLED_AFTER = timedelta(minutes=3)
#: So many reasons are told, the most frequent first.
MOST_REASONS = 12


# --- what the database says -----------------------------------------------------------------------
@dataclass(frozen=True)
class Balance:
    """Rows by state and by (state, stored reason), rows whose reader followed a link, rows sent in
    the last minute, and when the next waiting row may go.
    """

    counts: dict[State, int]
    by_reason: dict[tuple[State, str], int]
    clicked: int
    per_minute: int
    next_due: datetime | None

    @property
    def total(self) -> int:
        """Readers meant to be mailed: everybody but the holdout."""
        return sum(self.counts.values()) - self.counts[State.HOLDOUT]

    @property
    def done(self) -> int:
        """Mails that have come to an end, whichever; nothing more happens to them by itself."""
        return sum(self.counts[state] for state in DONE)

    @property
    def open(self) -> int:
        """Mails that wait or are in a worker's hands."""
        return self.total - self.done

    @property
    def share(self) -> float | None:
        """The part of the mails that is done, 0 to 1; None where nobody is meant to be mailed."""
        if not self.total:
            return None
        return self.done / self.total

    @property
    def seconds_left(self) -> int | None:
        """At the pace of the last minute; None while nothing moves, and when nothing is left."""
        if not self.per_minute or not self.open:
            return None
        return round(self.open / self.per_minute * 60)

    @property
    def moves(self) -> bool:
        """Whether something was sent within the minute, or is in a worker's hands."""
        if self.per_minute:
            return True
        return any(self.counts[state] for state in IN_HAND)


def standing(content: Content, campus: int | None = None) -> Balance:
    """Where the deliveries of ``content`` stand now; with a ``campus`` those to its readers. Exact;
    takes two statements.
    """
    deliveries = content.deliveries.all()
    if campus is not None:
        deliveries = deliveries.filter(reader__campus=campus)
    grouped = (
        deliveries.values_list("state", "reason")
        .annotate(n=models.Count("pk"))
        .order_by("-n", "state")
    )
    # States without a row stand in the page as 0.
    counts = dict.fromkeys(ORDER, 0)
    by_reason = {}
    for state, reason, rows in grouped:
        counts[State(state)] += rows
        by_reason[State(state), reason] = rows

    # One pass over the rows for the three figures that no state tells.
    recent = timezone.now() - timedelta(minutes=1)
    facts = deliveries.aggregate(
        clicked=models.Count("pk", filter=Q(clicked_at__isnull=False)),
        recent=models.Count("pk", filter=Q(sent_at__gte=recent)),
        next_due=Min("due_at", filter=Q(state=State.PENDING)),
    )
    return Balance(
        counts=counts,
        by_reason=by_reason,
        clicked=facts["clicked"],
        per_minute=facts["recent"],
        next_due=facts["next_due"],
    )


# --- what a viewer may be told --------------------------------------------------------------------
@dataclass(frozen=True)
class StateCount:
    """One state on the live page: its code, its name, and the deliveries in it."""

    state: str
    label: str
    count: Count

    @property
    def is_bad(self) -> bool:
        """Whether the number asks for a look: mails failed or in doubt, withheld ones too."""
        return self.state in (State.FAILED, State.UNKNOWN) and not self.count.is_zero


@dataclass(frozen=True)
class ReasonCount:
    """Why mails of one state did not go out, and how many."""

    label: str
    reason: str
    count: Count


@dataclass(frozen=True)
class Progress:
    """The live page.

    ``total``: readers meant to be mailed. ``share`` (of the mails done, 0 to 1) and
    ``seconds_left`` are None where nothing can be said, and where they would tell of a state that
    is withheld; ``next_due`` is when the next waiting row may go.
    """

    counts: dict[State, Count]
    total: Count
    reasons: list[ReasonCount]
    clicked: Count
    click_share: float | None
    per_minute: Count
    share: float | None
    seconds_left: int | None
    next_due: datetime | None
    is_open: bool
    has_begun: bool
    moves: bool
    has_failed: bool
    has_doubtful: bool
    #: In quiet hours, when they end; else None.
    held_until: datetime | None = None
    #: The numbers are of the readers of the viewer's campus.
    is_limited: bool = False

    @property
    def percent_done(self) -> int | None:
        """The length of the bar in %; None where there is none."""
        if self.share is None:
            return None
        # Cut off and not rounded: 100 only when all is done.
        return int(100 * self.share)

    @property
    def begins_at(self) -> datetime | None:
        """When the next waiting row may go, if that is still to come; else None."""
        if self.next_due is None or self.next_due <= timezone.now():
            return None
        return self.next_due

    @property
    def held(self) -> str:
        """That quiet hours hold what waits, in words; empty where they do not."""
        if self.held_until is None:
            return ""
        return held_in_words(self.held_until)

    @property
    def stalled(self) -> timedelta | None:
        """How long rows have been due without any worker taking one; None while something moves."""
        if self.next_due is None or self.moves:
            return None

        late = timezone.now() - self.next_due
        if late <= STALLED_AFTER:
            return None
        return late

    @property
    def failed(self) -> Count:
        """Mails that nobody tries again by itself: a person decides about them."""
        return self.counts[State.FAILED]

    @property
    def in_doubt(self) -> Count:
        """Mails that may have gone or not: a person decides about a resend."""
        return self.counts[State.UNKNOWN]

    @property
    def failed_again(self) -> str:
        """What the button says that queues the failed mails again, of all campuses."""
        return failed_again_in_words(self._of_all(self.failed))

    @property
    def in_doubt_again(self) -> str:
        """What the button says that queues the mails in doubt again."""
        return in_doubt_again_in_words(self._of_all(self.in_doubt))

    def _of_all(self, count: Count) -> Count:
        """The count, withheld from who is told of one campus: they are not told how many there are
        in all.
        """
        return count.withheld_where(self.is_limited)

    @property
    def rows(self) -> list[StateCount]:
        """The states that occur, and waiting and sent always."""
        rows = []
        for state in ORDER:
            count = self.counts[state]
            if count.is_zero and state not in ALWAYS_SHOWN:
                continue
            rows.append(StateCount(state.value, delivery_in_words(state), count))
        return rows


def progress(content: Content, viewer) -> Progress:
    """Where the deliveries of ``content`` stand now, as ``viewer`` may be told.

    Staff of one campus are told of its readers alone: two looks at the numbers of all, with one
    click between them, would tell of one reader whom they may not open. That something waits, has
    begun or moves is told of the whole mail.
    """
    whole = standing(content)
    found = whole
    if viewer.campus_id:
        found = standing(content, viewer.campus_id)
    exact = may_open_every_reader(viewer) or found is not whole
    # The states are parts of one total, so they are hidden together.
    by_state = CountRow.of(list(found.counts.values()), exact=exact)
    counts = dict(zip(found.counts, by_state, strict=True))
    clicked = _followers(found)
    next_due, held_until = _waiting(content, whole.next_due)
    # The bar and the time left are made of all states together.
    share, seconds_left = None, None
    is_told = all(count.is_shown for count in by_state)
    if is_told:
        share, seconds_left = found.share, found.seconds_left

    return Progress(
        counts=counts,
        total=Count.of(found.total, exact=exact).withheld_where(not is_told),
        reasons=_reasons(found),
        clicked=clicked,
        click_share=_click_share(clicked, found.counts[State.SENT]),
        per_minute=Count.of(found.per_minute, exact=exact),
        share=share,
        seconds_left=seconds_left,
        next_due=next_due,
        is_open=whole.open > 0,
        has_begun=whole.done > 0,
        moves=whole.moves,
        has_failed=whole.counts[State.FAILED] > 0,
        has_doubtful=whole.counts[State.UNKNOWN] > 0,
        held_until=held_until,
        is_limited=found is not whole,
    )


def _waiting(
    content: Content, next_due: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """(when the next waiting row may go, until when quiet hours hold it or None); None twice where
    nothing waits.
    """
    if next_due is None:
        return None, None
    now = timezone.now()
    opens = sending_moment(content, now)
    if opens > now and next_due <= opens:
        return opens, opens
    return sending_moment(content, next_due), None


def _reasons(found: Balance) -> list[ReasonCount]:
    """What did not go out, the most frequent reason first as far as it is told.

    The reasons of a state add up to its number, so they are hidden together, those without a reason
    among them.
    """
    shown = _shown_reasons(found)
    reasons = []
    for state, reason in sorted(found.by_reason):
        if not reason:
            continue
        words = reason_in_words(reason)
        reasons.append(ReasonCount(delivery_in_words(state), words, shown[state, reason]))
    reasons.sort(key=attrgetter("count.place"), reverse=True)
    return reasons[:MOST_REASONS]


def _shown_reasons(found: Balance) -> dict[tuple[State, str], Count]:
    """By state and stored reason what everybody may be told; one row of counts for each state,
    hidden by itself.
    """
    by_state = defaultdict(dict)
    for (state, reason), rows in found.by_reason.items():
        by_state[state][reason] = rows

    shown = {}
    for state, parts in by_state.items():
        counts = CountRow.of(list(parts.values()))
        for reason, count in zip(parts, counts, strict=True):
            shown[state, reason] = count
    return shown


def _followers(found: Balance) -> Count:
    """Who followed a link, beside those who were sent one; that nobody did names nobody."""
    if found.clicked == 0:
        return Count.of(0)
    return Count.part_of(found.clicked, found.counts[State.SENT])


def _click_share(clicked: Count, sent: int) -> float | None:
    """The part of those mailed that followed a link, 0 to 1; None where fewer were mailed than a
    share is shown of, and where it would tell how many of 1 to 4 readers it was.
    """
    if sent < FOLLOWED_SHARE.least or clicked.public_number is None:
        return None
    return clicked.public_number / sent


def not_arrived(reader, limit: int = 8):
    """Mails to one reader that wait, failed or were left out, ``limit`` at most, what is due last
    first. Holdouts are none of them: nothing was meant to go to those.
    """
    # It is what somebody at the desk may be asked about.
    found = reader.deliveries.exclude(state__in=[State.SENT, State.HOLDOUT])
    return found.select_related("content__campaign").order_by("-due_at", "-pk")[:limit]
