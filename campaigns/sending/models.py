"""Contents, the rows that say who gets them, and the links that say what came of it.

PostgreSQL is the queue of record: a Delivery's state is the truth and Celery only says "there is
work".
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.contents.models import Content
from campaigns.links.models import LeftOut, TrackedLink
from campaigns.links.seen import Signal
from core.tones import Toned
from crm.letters.models import LetterState
from crm.readers.models import Reader


class DeliveryState(models.TextChoices):
    """The second words stand in the schema alone; people read STATES."""

    PENDING = "pending", "Waiting"
    CLAIMED = "claimed", "Claimed"
    INFLIGHT = "inflight", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"
    UNKNOWN = "unknown", "Unknown"
    HOLDOUT = "holdout", "Holdout"


#: How the state of a delivery is said: in the words of single letters, for it is a letter, too.
#: {stored state: words}, in the order in which a delivery goes through them.
STATES = {
    DeliveryState.PENDING: LetterState.PENDING.label,
    DeliveryState.CLAIMED: _("About to be mailed"),
    DeliveryState.INFLIGHT: LetterState.INFLIGHT.label,
    DeliveryState.SENT: LetterState.SENT.label,
    DeliveryState.FAILED: LetterState.FAILED.label,
    DeliveryState.SKIPPED: LetterState.SKIPPED.label,
    DeliveryState.UNKNOWN: LetterState.UNKNOWN.label,
    DeliveryState.HOLDOUT: _("Held out"),
}


def delivery_in_words(state: str) -> str:
    """The stored ``state`` in the current language; KeyError for an unknown one."""
    return str(STATES[state])


class Delivery(Toned, models.Model):
    """One content to one reader, exactly once.

    ``unknown`` means: may have gone, a person decides about a resend.
    """

    State = DeliveryState
    TONES: ClassVar = {
        State.SENT: "green",
        State.SKIPPED: "amber",
        State.FAILED: "red",
        State.UNKNOWN: "red",
    }

    # Its lookups are served by delivery_once and delivery_due; every further index is written on
    # every change of state.
    content = models.ForeignKey(Content, models.CASCADE, related_name="deliveries", db_index=False)
    # Empty where the reader was erased: the row stays, for the arms of evaluations.
    reader = models.ForeignKey(
        Reader, models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    segment_ids = ArrayField(models.IntegerField(), default=list)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    clicked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["content", "reader"], name="delivery_once"),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SENT) | Q(sent_at__isnull=False),
                name="delivery_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["content", "due_at"],
                name="delivery_due",
                condition=Q(state=DeliveryState.PENDING),
            ),
            models.Index(
                fields=["lease_until"],
                name="delivery_leased",
                condition=Q(state__in=[DeliveryState.CLAIMED, DeliveryState.INFLIGHT]),
            ),
        ]

    def get_state_display(self) -> str:
        """The state in the words of letters."""
        return delivery_in_words(self.state)


class Click(models.Model):
    """One following of a link; ``delivery`` is null for posters and posts, whose visitors stay
    anonymous.

    ``ref`` names the line of the click journal it came from, so flushing a journal twice counts
    once.

    ``left_out``: why it is in no figure, by version ``rules`` of the rules (``machine_rules``; 0:
    nobody asked). ``signal``: what the request said of itself. ``visitor``: the day's hash of who
    made it, kept for days.
    """

    link = models.ForeignKey(TrackedLink, models.CASCADE, related_name="click_rows")
    delivery = models.ForeignKey(
        Delivery, models.CASCADE, null=True, blank=True, related_name="clicks"
    )
    at = models.DateTimeField()
    ref = models.CharField(max_length=48, unique=True)
    left_out = models.CharField(
        max_length=12, choices=LeftOut, default=LeftOut.NOT, blank=True, db_default=""
    )
    rules = models.PositiveSmallIntegerField(default=0, db_default=0)
    signal = models.CharField(max_length=8, blank=True, db_default="")
    visitor = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("click")
        verbose_name_plural = _("clicks")
        indexes = [
            models.Index(fields=["link", "at"], name="click_link_at"),
            # Rows come nearly in the order of their time, and are judged by it.
            BrinIndex(fields=["at"], name="click_at", autosummarize=True),
            models.Index(
                fields=["visitor", "at"],
                name="click_visitor",
                condition=Q(visitor__isnull=False),
            ),
        ]


class LinkLook(models.Model):
    """Something asked for a link of a mail without following it, or opened the page on which its
    reader leaves (no link then). It is no click; it tells machines from persons, for some days.
    """

    class Kind(models.TextChoices):
        HEAD = Signal.HEAD, _("asked for the address only")
        PREFETCH = Signal.PREFETCH, _("fetched ahead")
        WAY_OUT = "way-out", _("opened the page for leaving")

    link = models.ForeignKey(TrackedLink, models.CASCADE, null=True, blank=True, related_name="+")
    delivery = models.ForeignKey(
        Delivery, models.CASCADE, null=True, blank=True, related_name="looks"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    ref = models.CharField(max_length=48, unique=True)
    visitor = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("look at a link")
        verbose_name_plural = _("looks at links")
        indexes = [models.Index(fields=["at"], name="look_at")]
