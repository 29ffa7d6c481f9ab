"""How a content's deliveries stand, for the live page: two queries however many rows there are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.sending.models import Delivery
from campaigns.sending.words import reason_in_words
from core.disclosure import suppress

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
DONE = (State.SENT, State.FAILED, State.SKIPPED, State.UNKNOWN)
#: States that the page names even where no row is in them.
ALWAYS_SHOWN = (State.SENT, State.PENDING)
STALLED_AFTER = timedelta(minutes=3)
#: So many reasons are told, the most frequent first.
MOST_REASONS = 12


@dataclass(frozen=True)
class Progress:
    """Counts by state.

    ``reasons`` is [(state label, reason, rows)] for what did not go out; ``per_minute`` counts rows
    sent in the last minute; ``next_due`` is when the next waiting row may go.
    """

    counts: dict[str, int]
    reasons: list[tuple[str, str, int]]
    clicked: int
    per_minute: int
    next_due: datetime | None

    @property
    def total(self) -> int:
        """Readers meant to be mailed: everybody but the holdout."""
        return sum(self.counts.values()) - self.counts[State.HOLDOUT]

    @property
    def done(self) -> int:
        return sum(self.counts[state] for state in DONE)

    @property
    def open(self) -> int:
        return self.total - self.done

    @property
    def share(self) -> float | None:
        if not self.total:
            return None
        return self.done / self.total

    @property
    def seconds_left(self) -> int | None:
        """At the pace of the last minute; None while nothing moves."""
        if not self.per_minute or not self.open:
            return None
        return round(self.open / self.per_minute * 60)

    @property
    def begins_at(self) -> datetime | None:
        """When the next waiting row may go, if that is still to come."""
        if self.next_due is None or self.next_due <= timezone.now():
            return None
        return self.next_due

    @property
    def moves(self) -> bool:
        """Something was sent within the minute, or is in a worker's hands."""
        in_hand = self.counts[State.CLAIMED] + self.counts[State.INFLIGHT]
        return bool(self.per_minute or in_hand)

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
    def click_share(self) -> float | None:
        """None also where the share would tell how many of 1 to 4 readers it was."""
        if not self.counts[State.SENT] or suppress(self.clicked) is None:
            return None
        return self.clicked / self.counts[State.SENT]

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """[(state, label, rows)] of the states that occur, and of waiting and sent always."""
        rows = []
        for state in ORDER:
            if self.counts[state] or state in ALWAYS_SHOWN:
                rows.append((state.value, state.label, self.counts[state]))
        return rows


def progress(content: Content) -> Progress:
    """Where the deliveries of ``content`` stand now."""
    grouped = (
        content.deliveries.values_list("state", "reason")
        .annotate(n=Count("pk"))
        .order_by("-n", "state")
    )
    counts, reasons = dict.fromkeys(ORDER, 0), []
    for state, reason, rows in grouped:
        counts[state] += rows
        if reason:
            reasons.append((State(state).label, reason_in_words(reason), rows))
    # One pass over the rows for the three figures that no state tells.
    recent = timezone.now() - timedelta(minutes=1)
    facts = content.deliveries.aggregate(
        clicked=Count("pk", filter=Q(clicked_at__isnull=False)),
        recent=Count("pk", filter=Q(sent_at__gte=recent)),
        next_due=Min("due_at", filter=Q(state=State.PENDING)),
    )
    return Progress(
        counts=counts,
        reasons=reasons[:MOST_REASONS],
        clicked=facts["clicked"],
        per_minute=facts["recent"],
        next_due=facts["next_due"],
    )


def recent_of(reader, limit: int = 8):
    """The latest deliveries to one reader, newest first, holdouts left out (they got nothing)."""
    found = reader.deliveries.exclude(state=State.HOLDOUT).select_related("content__campaign")
    return found.order_by(F("sent_at").desc(nulls_first=True), "-pk")[:limit]
