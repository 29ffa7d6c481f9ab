"""How a content's deliveries stand, for the live page: two queries however many rows there are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.contents.models import Content
from campaigns.sending.delivery import REASONS
from campaigns.sending.models import Delivery
from core.disclosure import suppress

#: Where a row stands, in the order the page tells it.
ORDER = ("sent", "pending", "claimed", "inflight", "failed", "skipped", "unknown", "holdout")
STALLED_AFTER = timedelta(minutes=3)
DONE = ("sent", "failed", "skipped", "unknown")


@dataclass(frozen=True)
class Progress:
    """Counts by state; ``reasons`` is [(state label, reason, rows)] for what did not go out."""

    counts: dict[str, int]
    reasons: list[tuple[str, str, int]]
    clicked: int
    per_minute: int
    next_due: datetime | None

    @property
    def total(self) -> int:
        """Readers meant to be mailed: everybody but the holdout."""
        return sum(self.counts.values()) - self.counts["holdout"]

    @property
    def done(self) -> int:
        return sum(self.counts[state] for state in DONE)

    @property
    def open(self) -> int:
        return self.total - self.done

    @property
    def share(self) -> float | None:
        return self.done / self.total if self.total else None

    @property
    def seconds_left(self) -> int | None:
        """At the pace of the last minute; None while nothing moves."""
        return round(self.open / self.per_minute * 60) if self.per_minute and self.open else None

    @property
    def begins_at(self) -> datetime | None:
        """When the next waiting row may go, if that is still to come."""
        return self.next_due if self.next_due and self.next_due > timezone.now() else None

    @property
    def stalled(self) -> timedelta | None:
        """How long rows have been due without any worker taking one; None while something moves."""
        if (
            self.next_due is None
            or self.per_minute
            or self.counts["claimed"]
            or self.counts["inflight"]
        ):
            return None
        late = timezone.now() - self.next_due
        return late if late > STALLED_AFTER else None

    @property
    def click_share(self) -> float | None:
        """None also where the share would tell how many of 1 to 4 readers it was."""
        if not self.counts["sent"] or suppress(self.clicked) is None:
            return None
        return self.clicked / self.counts["sent"]

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """[(state, label, rows)] of the states that occur, and of waiting and sent always."""
        shown = [state for state in ORDER if self.counts[state] or state in ("sent", "pending")]
        return [(state, Delivery.State(state).label, self.counts[state]) for state in shown]


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
            reasons.append((Delivery.State(state).label, reason_in_words(reason), rows))
    recent = timezone.now() - timedelta(minutes=1)
    facts = content.deliveries.aggregate(
        clicked=Count("pk", filter=Q(clicked_at__isnull=False)),
        recent=Count("pk", filter=Q(sent_at__gte=recent)),
        next_due=Min("due_at", filter=Q(state="pending")),
    )
    return Progress(counts, reasons[:12], facts["clicked"], facts["recent"], facts["next_due"])


def reason_in_words(reason: str) -> str:
    """A stored reason: one of our codes in the current language, or the mail server's own words."""
    return str(REASONS.get(reason, reason))


def recent_of(reader, limit: int = 8):
    """The latest deliveries to one reader, newest first, holdouts left out (they got nothing)."""
    found = reader.deliveries.exclude(state="holdout").select_related("content__campaign")
    return found.order_by(F("sent_at").desc(nulls_first=True), "-pk")[:limit]


def audience_in_words(counted) -> list[tuple[str, int]]:
    """[(what happens, readers)] of an Audience, for the confirmation page."""
    rows = [
        (_("will be mailed"), counted.mailed),
        (_("are held out at random and get nothing"), counted.held_out),
        (_("have not agreed to e-mail"), counted.no_consent),
        (_("have no address"), counted.no_address),
        (_("are on the suppression list"), counted.suppressed),
        (_("are no longer readers"), counted.left),
    ]
    return rows[:2] + [row for row in rows[2:] if row[1]]
