"""What a campaign promises before it is launched, and the arms among which its readers are drawn.

All of it is locked with the standards: once the campaign is live the database lets no row come, go
or change.
"""

from decimal import Decimal

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.plan.models import Campaign, CampaignPartQuerySet
from crm.readers.models import Activity

#: Days in which the outcome is looked for, where nobody chose others.
USUAL_WINDOW = 28
LONGEST_WINDOW = 180
#: Percent of those not held out that keep the plan before, where the audience allows.
USUAL_AS_BEFORE = 20

#: Effects are told per so many readers: of shares that is percentage points.
PER_READERS = 100
#: So many further outcomes are shown beside the one that decides.
MOST_SECONDARY = 3

#: What a live campaign promised stays: {old} and {new} are SQL of the campaign of a row.
LOCKED = """
IF EXISTS (SELECT 1 FROM campaigns_campaign c
           WHERE c.locked_at IS NOT NULL
             AND c.id IN ({old}, {new})) THEN
    RAISE EXCEPTION 'what a live campaign promised is locked' USING ERRCODE = 'check_violation';
END IF;
RETURN COALESCE(NEW, OLD);
"""
OF_THE_ROW = LOCKED.format(
    old="CASE WHEN TG_OP <> 'INSERT' THEN OLD.campaign_id END",
    new="CASE WHEN TG_OP <> 'DELETE' THEN NEW.campaign_id END",
)
OF_ITS_EXPERIMENT = LOCKED.format(
    old="CASE WHEN TG_OP <> 'INSERT' THEN"
    " (SELECT campaign_id FROM campaigns_experiment WHERE id = OLD.experiment_id) END",
    new="CASE WHEN TG_OP <> 'DELETE' THEN"
    " (SELECT campaign_id FROM campaigns_experiment WHERE id = NEW.experiment_id) END",
)


def locked(func: str) -> pgtrigger.Trigger:
    """The trigger that refuses every change of a row whose campaign is live."""
    return pgtrigger.Trigger(
        name="locked",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=func,
    )


class NamedOutcome(models.TextChoices):
    """What a reader does in the window, and both arms can do alike."""

    FIRST_VISIT = "first_visit", _("First visit")
    VISIT = "visit", _("A visit")
    EVENT = "event", _("An event attended")
    # Measured only once events are rows of the library; until then no plan is offered it.
    CAMPAIGN_EVENT = "campaign_event", _("An event of this campaign attended")
    LOAN = "loan", _("A loan")
    LISTED_LOAN = "listed_loan", _("A loan from the listed collection")
    E_RESOURCE = "e_resource", _("An e-resource used")
    CONTRIBUTION = "contribution", _("A contribution")

    @property
    def kind(self) -> Activity.Kind:
        """The kind of activity by which it is seen."""
        return KINDS[self]

    @property
    def is_first(self) -> bool:
        """Counted only among readers who never did it since a day; they have no history of it."""
        return self == NamedOutcome.FIRST_VISIT

    @property
    def may_be_secondary(self) -> bool:
        """Whether it can be shown beside another one: of all who were drawn, not of some."""
        return not self.is_first

    @property
    def takes_amounts(self) -> bool:
        """Whether it can be asked how often it happened, and not only whether."""
        return self in (NamedOutcome.VISIT, NamedOutcome.LOAN)


KINDS = {
    NamedOutcome.FIRST_VISIT: Activity.Kind.VISIT,
    NamedOutcome.VISIT: Activity.Kind.VISIT,
    NamedOutcome.EVENT: Activity.Kind.EVENT,
    NamedOutcome.CAMPAIGN_EVENT: Activity.Kind.EVENT,
    NamedOutcome.LOAN: Activity.Kind.LOAN,
    NamedOutcome.LISTED_LOAN: Activity.Kind.LOAN,
    NamedOutcome.E_RESOURCE: Activity.Kind.ERESOURCE,
    NamedOutcome.CONTRIBUTION: Activity.Kind.CONTRIBUTION,
}


class Experiment(models.Model):
    """What the campaign is to change, measured how, and from which size on it is worth it.

    ``smallest_effect`` is per 100 readers: how many more of them do it (percentage points), for
    amounts how many times more they do it. The window begins with each reader's own assignment.
    ``secondary``: outcomes of which it is shown whether readers did them, and which decide nothing.
    ``first_since``: for a first visit, the day since which there was none.

    ``adjusts``: the difference is corrected by what each reader did in the 90 days before, and by
    identity and campus. ``base_rate`` is what was known when the plan was made: the share (0 to 1)
    of this audience with the outcome in the last comparable window, for amounts their mean, then
    with ``base_spread``, their standard deviation; of ``base_n`` readers, from ``base_from`` to
    ``base_to``. All of it is None where that window was not recorded.
    """

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="experiment")
    outcome = models.CharField(_("outcome"), max_length=16, choices=NamedOutcome.choices)
    secondary = ArrayField(
        models.CharField(max_length=16, choices=NamedOutcome.choices),
        default=list,
        blank=True,
        verbose_name=_("also shown, not judged"),
    )
    as_amount = models.BooleanField(_("how often, not only whether"), default=False)
    first_since = models.DateField(_("none since"), null=True, blank=True)
    window_days = models.PositiveSmallIntegerField(
        _("days from the letter on"),
        default=USUAL_WINDOW,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WINDOW)],
    )
    smallest_effect = models.DecimalField(
        _("smallest effect worth having"),
        max_digits=7,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    adjusts = models.BooleanField(_("corrected by what readers did before"), default=True)
    base_rate = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    base_spread = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    base_n = models.PositiveIntegerField(null=True, blank=True)
    base_from = models.DateField(null=True, blank=True)
    base_to = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    BASE = ("base_rate", "base_spread", "base_n", "base_from", "base_to")

    objects = CampaignPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise of a campaign")
        verbose_name_plural = _("promises of campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(smallest_effect__gt=0), name="experiment_effect_positive"
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=LONGEST_WINDOW),
                name="experiment_window_in_days",
            ),
            # What nobody has done yet has no history to correct by.
            models.CheckConstraint(
                condition=~Q(outcome=NamedOutcome.FIRST_VISIT)
                | Q(adjusts=False, as_amount=False, first_since__isnull=False),
                name="experiment_first_has_no_history",
            ),
            models.CheckConstraint(
                condition=Q(as_amount=False)
                | Q(outcome__in=[NamedOutcome.VISIT, NamedOutcome.LOAN]),
                name="experiment_amount_of_visits_or_loans",
            ),
            models.CheckConstraint(
                condition=Q(
                    base_rate__isnull=True,
                    base_n__isnull=True,
                    base_from__isnull=True,
                    base_to__isnull=True,
                )
                | Q(
                    base_rate__gte=0,
                    base_n__isnull=False,
                    base_from__isnull=False,
                    base_to__gte=F("base_from"),
                ),
                name="experiment_base_whole_or_none",
            ),
        ]
        triggers = [locked(OF_THE_ROW)]

    def __str__(self):
        return self.get_outcome_display()

    @property
    def has_base(self) -> bool:
        """Whether it was recorded what this audience did in the last comparable window."""
        return self.base_rate is not None


class Guardrail(models.Model):
    """What must not get worse for the effect: at most ``margin``, by itself or beyond the line's
    last three campaigns.

    Unsubscribes and complaints are percent of those mailed, hours of staff are hours. ``before``:
    what the line's last three campaigns had when the plan was made, the newest first; fewer where
    there were fewer, or where it was not measured.
    """

    class Kind(models.TextChoices):
        UNSUBSCRIBES = "unsubscribes", _("Unsubscribes, %")
        COMPLAINTS = "complaints", _("Complaints, %")
        STAFF_HOURS = "staff_hours", _("Hours of staff")

    class Basis(models.TextChoices):
        ABSOLUTE = "absolute", _("at most so much")
        LAST_THREE = "last_three", _("at most so much more than the last three campaigns")

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="guardrails")
    # No choices in the database: later rooms have guardrails of their own.
    kind = models.CharField(_("guardrail"), max_length=16)
    basis = models.CharField(
        _("compared with"), max_length=10, choices=Basis.choices, default=Basis.ABSOLUTE
    )
    margin = models.DecimalField(
        _("margin"), max_digits=9, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    before = ArrayField(
        models.DecimalField(max_digits=12, decimal_places=4), default=list, blank=True
    )

    class Meta:
        verbose_name = _("guardrail")
        verbose_name_plural = _("guardrails")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "kind"], name="guardrail_once"),
            models.CheckConstraint(condition=Q(margin__gte=0), name="guardrail_margin_positive"),
        ]
        triggers = [locked(OF_ITS_EXPERIMENT)]

    def __str__(self):
        return self.kind

    @property
    def campaign(self) -> Campaign:
        """The campaign it belongs to, by its experiment."""
        return self.experiment.campaign

    @property
    def bound(self) -> Decimal | None:
        """The most that is no harm; None where nothing is known of the campaigns before."""
        if self.basis == self.Basis.ABSOLUTE:
            return self.margin
        if not self.before:
            return None
        return sum(self.before, Decimal(0)) / len(self.before) + self.margin


class Role(models.TextChoices):
    """How a reader takes part."""

    NEW = "new", pgettext_lazy("role of an arm", "new")
    AS_BEFORE = "as_before", _("as before")
    HELD_OUT = "held_out", _("held out")


class Arm(models.Model):
    """One way in which the campaign is done for some of those who are not held out.

    ``label`` is what somebody typed, or empty. ``weight`` is percent of them; those of one campaign
    make 100. ``send_hour``: the local hour of its mails, where that is what differs.
    """

    Role = Role

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="arms")
    code = models.CharField(pgettext_lazy("of an arm", "letter"), max_length=4)
    label = models.CharField(pgettext_lazy("of an arm", "name"), max_length=80)
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=[choice for choice in Role.choices if choice[0] != Role.HELD_OUT],
        default=Role.NEW,
    )
    weight = models.PositiveSmallIntegerField(
        _("share, %"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    send_hour = models.PositiveSmallIntegerField(
        _("hour of sending"), null=True, blank=True, validators=[MaxValueValidator(23)]
    )

    class Meta:
        verbose_name = _("arm")
        verbose_name_plural = _("arms")
        # The draw walks along this order.
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "code"], name="arm_code_once"),
            models.UniqueConstraint(
                fields=["experiment"], condition=Q(role=Role.AS_BEFORE), name="arm_as_before_once"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100), name="arm_weight_in_percent"
            ),
            models.CheckConstraint(
                condition=Q(send_hour__isnull=True) | Q(send_hour__lte=23), name="arm_hour_of_day"
            ),
            models.CheckConstraint(condition=~Q(role=Role.HELD_OUT), name="arm_is_mailed"),
        ]
        triggers = [locked(OF_ITS_EXPERIMENT)]

    def __str__(self):
        # The plan before has a letter only for the draw.
        if self.is_as_before:
            return self.name
        return f"{self.code} {self.name}"

    @property
    def campaign(self) -> Campaign:
        """The campaign it belongs to, by its experiment."""
        return self.experiment.campaign

    @property
    def name(self) -> str:
        """What it is called; where nobody typed a name, in the current language by what it is."""
        if self.is_as_before:
            return gettext("As before")
        return self.label or gettext("The campaign's mail")

    @property
    def is_as_before(self) -> bool:
        """Whether it keeps the plan of the campaign before."""
        return self.role == Role.AS_BEFORE
