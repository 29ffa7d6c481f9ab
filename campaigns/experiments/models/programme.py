"""Readers who get no campaign mail for a year, so that it can be told what all of them bring."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

#: No programme lasts longer: then others are drawn.
LONGEST = timedelta(days=366)
LEAST_PERCENT, MOST_PERCENT = 1, 5


class ProgrammeHoldout(models.Model):
    """``percent`` of the readers who allow campaign mail, drawn once, from ``starts_on`` to
    ``ends_on``, both among them. Stopping it early moves its end.

    Nobody is written down as drawn: who is follows from the row's own key of the draw.
    """

    percent = models.PositiveSmallIntegerField(_("share held out, %"), default=2)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    note = models.TextField(
        _("why this is fair"),
        max_length=1000,
    )
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("programme holdout")
        verbose_name_plural = _("programme holdouts")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=LEAST_PERCENT, percent__lte=MOST_PERCENT),
                name="programme_percent_small",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) & Q(ends_on__lte=F("starts_on") + LONGEST),
                name="programme_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by__isnull=True)
                | Q(stopped_at__isnull=False, stopped_by__isnull=False),
                name="programme_stopped_pair",
            ),
            # Two at once would hold readers out of what the other one measures.
            ExclusionConstraint(
                name="programme_one_at_a_time",
                expressions=[
                    (
                        Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def __str__(self):
        return f"{self.percent} %"
