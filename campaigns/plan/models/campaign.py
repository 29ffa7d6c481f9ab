"""A campaign: a purpose, the needs it answers, and its way through four phases."""

from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.access import VisibleQuerySet
from core.provenance import Provenance
from crm.segments.models import Segment

#: Once a campaign is live, its budget moves only to where the last change on record says.
BUDGET_IS_LOGGED = """
IF (SELECT before IS NOT DISTINCT FROM OLD.budget AND after = NEW.budget
    FROM campaigns_budgetchange
    WHERE campaign_id = OLD.id
    ORDER BY id DESC
    LIMIT 1) THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION 'the budget of a live campaign changes only with a budget change on record'
    USING ERRCODE = 'check_violation';
"""

#: Taken off for a moment, the lock would let standards and budget change without a word.
LOCK_STAYS = """
IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'campaign % is on record and stays', OLD.id USING ERRCODE = 'check_violation';
END IF;
IF (NEW.id, NEW.locked_at, NEW.locked_by_id) IS DISTINCT FROM
   (OLD.id, OLD.locked_at, OLD.locked_by_id) THEN
    RAISE EXCEPTION 'campaign % was locked once, and stays so', OLD.id
        USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class LibraryWideQuerySet(VisibleQuerySet):
    """Campaigns and what they are made of are the whole library's, whatever campus plans them."""

    def visible_to(self, user):
        """Every member of staff sees all, a reader none."""
        if not user.can("campaigns.view"):
            return self.none()
        return self


class CampaignQuerySet(LibraryWideQuerySet):
    def ended(self, as_of):
        """Campaigns in phase performance whose period is over on ``as_of``.

        What the nightly loop evaluates.
        """
        return self.filter(phase=Campaign.Phase.PERFORMANCE, ends_on__lt=as_of)


class CampaignPartQuerySet(LibraryWideQuerySet):
    """Rows that belong to a campaign."""

    def of(self, campaign):
        """The rows of one campaign, so that no page reaches another's by its number."""
        return self.filter(campaign=campaign)


class CampaignPhase(models.TextChoices):
    # In the order in which they are walked: ``phase_index`` counts along it.
    PREPARE = "prepare", _("Prepare")
    STRATEGY = "strategy", _("Strategy")
    TACTICS = "tactics", _("Tactics")
    PERFORMANCE = "performance", _("Performance")
    CLOSED = "closed", pgettext_lazy("campaign", "Closed")


@pghistory.track(
    meta={
        "verbose_name": _("former state of a campaign"),
        "verbose_name_plural": _("former states of campaigns"),
    },
)
class Campaign(models.Model):
    """One turn of the loop.

    ``previous`` is the campaign whose decisions pre-filled this one's plan.
    """

    Phase = CampaignPhase

    title = models.CharField(pgettext_lazy("of a campaign", "title"), max_length=120)
    purpose = models.TextField(
        pgettext_lazy("of a campaign", "purpose"),
        blank=True,
        help_text=_("In one sentence: what changes for readers?"),
    )
    theme = models.CharField(_("theme"), max_length=120, blank=True)
    tone = models.CharField(_("cultural tone"), max_length=120, blank=True)
    sentiment = models.CharField(_("sentiment"), max_length=120, blank=True)
    season = models.CharField(
        _("season"), max_length=20, blank=True, help_text=_("Key of the template it began as.")
    )
    phase = models.CharField(
        _("phase"), max_length=12, choices=Phase.choices, default=Phase.PREPARE
    )
    segments = models.ManyToManyField(
        Segment, verbose_name=_("segments"), blank=True, related_name="campaigns"
    )
    # Protected: the effect on its loans could not be told any more.
    collection = models.ForeignKey(
        "crm.ListedCollection",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("listed collection"),
        related_name="campaigns",
        help_text=_("The campaign is then judged by who borrows from this list, and nothing else."),
    )
    holdout_percent = models.PositiveSmallIntegerField(
        _("holdout share, %"),
        default=10,
        # A half tells an effect best; beyond it the campaign would mostly not take place.
        validators=[MaxValueValidator(50)],
        help_text=_(
            "This share is drawn at random and gets nothing, "
            "so that the effect can be told from chance."
        ),
    )
    send_hour = models.PositiveSmallIntegerField(
        _("hour of sending"),
        default=10,
        validators=[MaxValueValidator(23)],
        help_text=_("0 to 23, local time"),
    )
    # Empty and 0 differ: a campaign without money has a budget of 0, which somebody has approved.
    budget = models.DecimalField(
        _("approved budget, CNY"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    # Protected: a record must not lose who answered for it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), related_name="+"
    )
    # One to one: two people who draft the next round at once must end up in the same one.
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next"
    )
    provenance = models.CharField(max_length=10, choices=Provenance.choices, default=Provenance.OWN)
    next_time = models.TextField(
        _("next time"), blank=True, help_text=_("What will be done differently next time?")
    )
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(holdout_percent__lte=50), name="campaign_holdout_at_most_half"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                name="campaign_period_in_order",
            ),
            # A time without a person, or a person without a time, would be half a lock.
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True, locked_by__isnull=True)
                | Q(locked_at__isnull=False, locked_by__isnull=False),
                name="campaign_locked_pair",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="campaign_closed_pair",
            ),
            # Whatever path a row takes to go live, its standards are locked on the way.
            models.CheckConstraint(
                condition=~Q(phase__in=[CampaignPhase.PERFORMANCE, CampaignPhase.CLOSED])
                | Q(locked_at__isnull=False),
                name="campaign_live_means_locked",
            ),
            models.CheckConstraint(
                condition=Q(phase=CampaignPhase.CLOSED, closed_at__isnull=False)
                | (~Q(phase=CampaignPhase.CLOSED) & Q(closed_at__isnull=True)),
                name="campaign_closed_means_closed_at",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="budget_is_logged",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                # Before going live a budget is a plan like every other field.
                condition=pgtrigger.Q(old__locked_at__isnull=False)
                & pgtrigger.Q(old__budget__df=pgtrigger.F("new__budget")),
                func=BUDGET_IS_LOGGED,
            ),
            pgtrigger.Trigger(
                name="lock_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__locked_at__isnull=False),
                func=LOCK_STAYS,
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("campaigns:campaign-detail", args=[self.pk])

    @property
    def is_locked(self) -> bool:
        """Standards and plan are fixed from go-live on."""
        return self.locked_at is not None

    @property
    def is_closed(self) -> bool:
        """Evaluated and ended; its record stays as it is."""
        return self.closed_at is not None

    @property
    def phase_tone(self) -> str:
        """The colour of the word for its phase, as of a state (core/tones.py)."""
        is_running = self.is_locked and not self.is_closed
        return "green" if is_running else ""

    @property
    def phase_index(self) -> int:
        """0 for prepare … 3 for performance, 4 when closed."""
        return CampaignPhase.values.index(self.phase)

    @property
    def next_phase(self) -> CampaignPhase | None:
        """The phase after this one; None from performance on, where only closing is left."""
        if self.phase in (CampaignPhase.PERFORMANCE, CampaignPhase.CLOSED):
            return None
        in_order = list(CampaignPhase)
        return in_order[self.phase_index + 1]

    def spent(self) -> Decimal:
        """Cash booked so far, CNY."""
        # Hours and gifts in kind are costs too, but no money of the budget.
        cash = self.costs.filter(kind=Cost.Kind.CASH)
        booked = cash.aggregate(total=models.Sum("amount"))
        return booked["total"] or Decimal(0)


class Cost(models.Model):
    """What a campaign took. ``amount`` is CNY, for staff hours a number of hours."""

    class Kind(models.TextChoices):
        CASH = "cash", _("Cash")
        HOURS = "hours", _("Staff hours")
        IN_KIND = "in_kind", _("In kind")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="costs")
    channel = models.ForeignKey(
        "campaigns.Channel", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.CASH)
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    on = models.DateField(_("date"))

    objects = CampaignPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        ordering = ["on", "pk"]


class PhaseMove(models.Model):
    """Every step from one phase to the next, with person and time."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="moves")
    before = models.CharField(max_length=12, choices=Campaign.Phase.choices)
    after = models.CharField(max_length=12, choices=Campaign.Phase.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("move between phases")
        verbose_name_plural = _("moves between phases")
        ordering = ["at", "pk"]
