import pghistory
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign


@pghistory.track()
class Standard(models.Model):
    """What the campaign will be judged by. Locked with the campaign at go-live; later only amended, visibly."""

    class Metric(models.TextChoices):
        REACH = "reach", _("Readers reached")
        RESPONSE_RATE = "response_rate", _("Response rate, %")
        LIFT = "lift", _("Lift against the holdout, percentage points")
        ANSWERS = "answers", _("Survey answers")
        SATISFACTION = "satisfaction", _("Satisfaction, mean of 1 to 5")
        NPS = "nps", _("Net promoter score")
        CONTRIBUTORS = "contributors", _("Contributors")
        COST_PER_RESPONSE = "cost_per_response", _("Cost per response, CNY")

    class Direction(models.TextChoices):
        AT_LEAST = "ge", "≥"
        AT_MOST = "le", "≤"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="standards")
    metric = models.CharField(_("metric"), max_length=24, choices=Metric.choices)
    direction = models.CharField(_("direction"), max_length=2, choices=Direction.choices, default=Direction.AT_LEAST)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1, validators=[MinValueValidator(1)])
    source = models.CharField(_("where the target comes from"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "metric"], name="standard_metric_once"),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="standard_weight_positive"),
        ]

    def met_by(self, value: float) -> bool:
        target = float(self.target)
        return value >= target if self.direction == self.Direction.AT_LEAST else value <= target


class StandardAmendment(models.Model):
    """A target changed after go-live: the old one is kept and the evaluation shows both."""

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="amendments")
    before = models.DecimalField(max_digits=12, decimal_places=2)
    after = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
