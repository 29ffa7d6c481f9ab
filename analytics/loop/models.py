"""The loop's memory: what was found, what was proposed, who decided, and whether it came true."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.plan.models import Campaign
from core.access import VisibleQuerySet
from core.disclosure import Count, Missing
from core.tones import Toned


def persons_behind(n: int | None, *, says: bool) -> Count:
    """``n`` of a figure as it is printed; ``says``: whether the figure has a value.

    A figure that says nothing may rest on nobody, and 0.1 wrote 0 for some that rest on a few as
    well. Nobody can tell the two apart any more, so neither is called 0.
    """
    if n == 0 and not says:
        return Count.without(Missing.CANNOT_SAY)
    return Count.kept(n)


class InsightQuerySet(VisibleQuerySet):
    """What the loop has found and proposed, of all campaigns."""

    def visible_to(self, user):
        """It counts readers of the whole library: for staff who may open each of them.

        Staff of one campus could take off those of their own (docs/disclosure.md).
        """
        if not user.can("insight.view") or user.campus_id:
            return self.none()
        return self


class EvaluationQuerySet(InsightQuerySet):
    def decided_to_stop(self) -> bool:
        """Whether somebody agreed to stop what one of them is about. One statement."""
        stops = Adjustment.objects.agreed().filter(kind=Adjustment.Kind.STOP)
        return stops.filter(evaluation__in=self).exists()


class Evaluation(models.Model):
    """A campaign's results computed from frozen inputs.

    The same inputs give the same figures and the same row.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="evaluations")
    number = models.PositiveSmallIntegerField()
    as_of = models.DateTimeField()
    inputs_sha256 = models.CharField(max_length=64)
    inputs = models.JSONField(
        help_text="The counted cells the figures are computed from; never shown, some are small."
    )
    results = models.JSONField()
    computed_at = models.DateTimeField(default=timezone.now)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-computed_at", "-number"]
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="evaluation_number_once"),
            models.UniqueConstraint(
                fields=["campaign", "inputs_sha256"], name="evaluation_inputs_once"
            ),
        ]

    def __str__(self):
        return f"{self.campaign} #{self.number}"

    def get_absolute_url(self):
        """The page of the report."""
        return reverse("analytics:evaluation-detail", args=[self.pk])

    @property
    def is_latest(self) -> bool:
        """False as soon as the campaign has been evaluated again. One query."""
        return not self.campaign.evaluations.filter(number__gt=self.number).exists()


class Finding(models.Model):
    """One thing the evaluation says, with its interval, its n and the rows it rests on."""

    class Kind(models.TextChoices):
        CHANNEL = "channel", _("Channel")
        SEGMENT = "segment", _("Segment")
        TIMING = "timing", _("Timing")
        STANDARD = "standard", _("Standard")
        LIFT = "lift", _("Lift")
        SURVEY = "survey", _("Survey")
        COST = "cost", _("Cost")
        ARM = "arm", _("Arm")

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(
        max_length=60,
        help_text=_("Stable key of what it is about: channel:email, segment:12."),
    )
    label = models.JSONField(default=dict, help_text="Name in both languages when it was found.")
    value = models.FloatField(null=True, help_text=_("Null: too few rows to say anything."))
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    level = models.FloatField(
        null=True, help_text=_("Of the interval: 0.95. Null without a value.")
    )
    unit = models.CharField(max_length=20, blank=True)
    n = models.PositiveIntegerField(
        null=True,
        help_text="Null: withheld. 0.1 wrote 0 in its place, where nothing can be said.",
    )
    rows = models.JSONField(
        default=dict, help_text="The filter that leads to the rows behind the figure."
    )

    objects = InsightQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "kind", "subject"], name="finding_once"),
        ]

    def __str__(self):
        return self.subject

    @property
    def persons(self) -> Count:
        """``n`` as it is printed; "cannot say" for 0 behind a finding that says nothing."""
        return persons_behind(self.n, says=self.value is not None)


class AdjustmentQuerySet(InsightQuerySet):
    def waiting(self):
        """Nothing is decided yet, and no newer evaluation has replaced them."""
        return self.filter(state__in=Adjustment.UNDECIDED)

    def agreed(self):
        """What goes into the next plan: accepted as proposed, or accepted with another value."""
        return self.filter(state__in=[Adjustment.State.ACCEPTED, Adjustment.State.CHANGED])


class Adjustment(Toned, models.Model):
    """A proposed change to one named field of the next plan, with what it should bring and, later,
    what it brought.
    """

    class Kind(models.TextChoices):
        CHANNEL_SHARE = "channel_share", _("Channel share")
        SEGMENT_ADD = "segment_add", _("Add a segment")
        SEGMENT_DROP = "segment_drop", _("Drop a segment")
        TIMING = "timing", _("Hour of sending")
        STANDARD = "standard", _("Standard recalibrated")
        STOP = "stop", _("Stop")
        REDUCE = "reduce", _("Mail fewer readers")
        CONTENT_ARM = "content_arm", _("Go on with one arm")
        LEARN = "learn", _("Find out")

    #: Kinds that show between arms of which one goes on as before. Segments are of the whole plan,
    #: open channels have no arms, and who is held out is in neither.
    BETWEEN_ARMS = frozenset({Kind.TIMING, Kind.CONTENT_ARM})
    #: What is promised against going on as before, and seen again between such arms.
    AGAINST_AS_BEFORE = frozenset({"outcome_difference", "outcome_amount", "audience_difference"})
    #: Measures of which a smaller figure is the better one.
    LESS_IS_BETTER = frozenset({"cost_per_response"})

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for a decision")
        SECOND = "second", _("Waiting for a second person's yes")
        ACCEPTED = "accepted", pgettext_lazy("proposal", "Accepted")
        CHANGED = "changed", _("Accepted with a change")
        REFUSED = "refused", pgettext_lazy("proposal", "Refused")
        SUPERSEDED = "superseded", _("Replaced by a newer evaluation")

    #: States in which nothing is decided yet.
    UNDECIDED = (State.PROPOSED, State.SECOND)

    TONES: ClassVar = {
        State.PROPOSED: "red",
        State.SECOND: "amber",
        State.ACCEPTED: "green",
        State.CHANGED: "green",
        State.REFUSED: "amber",
    }

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="adjustments")
    findings = models.ManyToManyField(Finding, related_name="adjustments")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    target = models.CharField(
        max_length=60,
        help_text=_("Stable key of the field: channel:email, segment:12, send_hour."),
    )
    label = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    measure = models.CharField(
        max_length=24,
        help_text=_("What the expectation is about: response_rate, responses …"),
    )
    expected = models.FloatField(null=True)
    expected_low = models.FloatField(null=True)
    expected_high = models.FloatField(null=True)
    expected_level = models.FloatField(null=True, help_text=_("Of the promised interval: 0.9."))
    expected_spread = models.FloatField(
        null=True,
        help_text="How surely the true difference was known, as a standard deviation; null:"
        " before 0.4, or nothing is promised.",
    )
    expected_factor = models.FloatField(
        null=True,
        help_text="By how much the interval was widened or narrowed, since earlier ones of"
        " the kind held too seldom or too often. Null: not at all.",
    )
    n = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    applied_in = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="adjustments_applied",
    )
    applied_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it was written into the next plan; null also where 0.1 wrote it there.",
    )
    observed = models.FloatField(null=True)
    observed_low = models.FloatField(null=True)
    observed_high = models.FloatField(null=True)
    observed_n = models.PositiveIntegerField(null=True)
    observed_in = models.ForeignKey(
        Evaluation, models.SET_NULL, null=True, blank=True, related_name="checks"
    )

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "kind", "target"], name="adjustment_once"
            ),
        ]
        # What moves of a row moves by the rule of a trigger: migration 0009_proposals_move_by_rule.

    def __str__(self):
        return self.target

    @property
    def persons(self) -> Count:
        """``n`` as it is printed: how many the proposal rests on."""
        return Count.of(self.n)

    @property
    def persons_observed(self) -> Count:
        """How many the observed side rests on; not measured before the next evaluation."""
        return Count.of(self.observed_n)

    def get_absolute_url(self):
        """The page where it is decided."""
        return reverse("analytics:adjustment-detail", args=[self.pk])

    @property
    def agreed_value(self):
        """The value a person agreed to: their own when they changed it, else the proposed one."""
        if self.state == self.State.CHANGED:
            return self.decision.value
        return self.after

    @property
    def is_against_as_before(self) -> bool:
        """Whether what it promised can be seen between arms of which one goes on as before."""
        return self.kind in self.BETWEEN_ARMS and self.measure in self.AGAINST_AS_BEFORE

    @property
    def is_undecided(self) -> bool:
        """Whether somebody has still to decide about it, or to agree to what was decided."""
        return self.state in self.UNDECIDED

    @property
    def open_second(self) -> "SecondReading | None":
        """What waits for a second person's yes; None in any other state."""
        if self.state != self.State.SECOND:
            return None
        return next((one for one in self.second_readings.all() if one.agreed is None), None)

    @property
    def promised_difference(self) -> bool:
        """Whether it promised a difference to going on as before, wherever that can be seen."""
        return self.measure in self.AGAINST_AS_BEFORE and self.expected is not None

    @property
    def is_agreed_stop(self) -> bool:
        """Whether it was decided to stop: then no next round is drafted."""
        is_agreed = self.state in {self.State.ACCEPTED, self.State.CHANGED}
        return self.kind == self.Kind.STOP and is_agreed

    @property
    def covered(self) -> bool | None:
        """Whether the observed effect lies in the promised interval.

        None while it cannot be said.
        """
        if None in (self.observed, self.expected_low, self.expected_high):
            return None
        return self.expected_low <= self.observed <= self.expected_high

    @property
    def came_true(self) -> bool | None:
        """Whether it did at least what was promised: not worse than the promised interval.

        None while it cannot be said.
        """
        if self.covered is None:
            return None
        if self.measure in self.LESS_IS_BETTER:
            return self.observed <= self.expected_high
        return self.observed >= self.expected_low


class Decision(models.Model):
    """What a person decided about one adjustment, and why."""

    class Verdict(models.TextChoices):
        ACCEPT = "accept", pgettext_lazy("proposal", "Accept")
        CHANGE = "change", pgettext_lazy("proposal", "Change")
        REFUSE = "refuse", pgettext_lazy("proposal", "Refuse")

    adjustment = models.OneToOneField(Adjustment, models.CASCADE, related_name="decision")
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict.choices)
    value = models.JSONField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("by")), name="decision_second_is_another"
            ),
            models.CheckConstraint(
                condition=Q(verdict="accept") | ~Q(reason=""), name="decision_reasoned"
            ),
        ]


class SecondReading(models.Model):
    """What somebody wants to decide against the recommendation, and a second person's answer."""

    adjustment = models.ForeignKey(Adjustment, models.CASCADE, related_name="second_readings")
    verdict = models.CharField(max_length=8, choices=Decision.Verdict.choices)
    value = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("second reading")
        verbose_name_plural = _("second readings")
        constraints = [
            models.UniqueConstraint(
                fields=["adjustment"], condition=Q(agreed=None), name="second_reading_open_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="second_reading_answered_whole",
            ),
            models.CheckConstraint(
                condition=~Q(agreed=True) | ~Q(answered_by=F("asked_by")),
                name="second_reading_by_another",
            ),
        ]
