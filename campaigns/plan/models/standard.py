from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.plan.models.campaign import Campaign, CampaignPartQuerySet
from core.numbers import plain

#: The database's own lock: no code path, not even a bulk update, changes what a live campaign is
#: judged by. Only a target may move, and only to where an amendment on record says.
LOCKED = """
IF NOT EXISTS (SELECT 1 FROM campaigns_campaign
               WHERE locked_at IS NOT NULL
                 AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.campaign_id END,
                            CASE WHEN TG_OP <> 'DELETE' THEN NEW.campaign_id END)) THEN
    RETURN COALESCE(NEW, OLD);
END IF;
IF TG_OP = 'UPDATE'
   AND (NEW.id, NEW.campaign_id, NEW.metric, NEW.direction, NEW.weight, NEW.source)
     = (OLD.id, OLD.campaign_id, OLD.metric, OLD.direction, OLD.weight, OLD.source)
   AND EXISTS (SELECT 1 FROM campaigns_standardamendment
               WHERE standard_id = OLD.id AND before = OLD.target AND after = NEW.target) THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION 'standards of a live campaign are locked' USING ERRCODE = 'check_violation';
"""


@pghistory.track(
    meta={
        "verbose_name": _("former state of a standard"),
        "verbose_name_plural": _("former states of standards"),
    },
)
class Standard(models.Model):
    """What the campaign will be judged by.

    Locked with the campaign at go-live; later only amended, visibly.
    """

    class Metric(models.TextChoices):
        REACH = "reach", _("Readers reached")
        RESPONSE_RATE = "response_rate", _("Response rate, %")
        LIFT = "lift", _("Lift against the holdout, percentage points")
        ANSWERS = "answers", _("Survey answers")
        SATISFACTION = "satisfaction", _("Satisfaction, mean of 1 to 5")
        NPS = "nps", _("Net promoter score")
        CONTRIBUTORS = "contributors", _("Contributors")
        COST_PER_RESPONSE = "cost_per_response", _("Cost per response, CNY")

        @property
        def is_count(self) -> bool:
            """True for what is counted in whole persons, and so has whole targets."""
            metric = Standard.Metric
            return self in {metric.REACH, metric.ANSWERS, metric.CONTRIBUTORS}

        @property
        def is_judged_however_few(self) -> bool:
            """True for what is not estimated: ten readers reached are ten, money spent is spent."""
            return self.is_count or self == Standard.Metric.COST_PER_RESPONSE

        @property
        def may_be_negative(self) -> bool:
            """A net promoter score goes from -100 to 100; a campaign may keep readers away."""
            return self in {Standard.Metric.NPS, Standard.Metric.LIFT}

        @property
        def is_nothing_at_zero(self) -> bool:
            """True where 0 says that nothing came of the campaign, so that no proposal goes there.

            A person may set a lift below 0, as the least harm to bear; nobody is advised to.
            """
            return self != Standard.Metric.NPS

        def takes(self, target: Decimal | float) -> bool:
            """Whether this can be a target."""
            return target >= 0 or self.may_be_negative

    class Direction(models.TextChoices):
        AT_LEAST = "ge", "≥"
        AT_MOST = "le", "≤"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="standards")
    metric = models.CharField(_("metric"), max_length=24, choices=Metric.choices)
    direction = models.CharField(
        _("direction"), max_length=2, choices=Direction.choices, default=Direction.AT_LEAST
    )
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)
    # A standard without weight would be one that nobody is judged by.
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1)]
    )
    source = models.CharField(_("where the target comes from"), max_length=200, blank=True)

    objects = CampaignPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "metric"], name="standard_metric_once"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=1), name="standard_weight_positive"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=LOCKED,
            )
        ]

    def __str__(self):
        return f"{self.get_metric_display()} {self.get_direction_display()} {plain(self.target)}"


class StandardAmendment(models.Model):
    """A target changed after go-live: the old one is kept and the evaluation shows both."""

    # The application may not delete amendments, so it does not ask for it.
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="amendments")
    before = models.DecimalField(max_digits=12, decimal_places=2)
    after = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["at", "pk"]
