"""The retention clock: the terms a library has chosen, and what each night removed."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from core.terms import Over


class ChosenTerm(models.Model):
    """How long the library keeps one kind of data; a kind without a row has its default."""

    code = models.CharField(max_length=24, primary_key=True)
    days = models.PositiveIntegerField(_("days"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("chosen term")
        verbose_name_plural = _("chosen terms")
        constraints = [
            # The law's six months: whatever a form or a shell would write.
            models.CheckConstraint(
                condition=~Q(code="audit") | Q(days__gte=180), name="audit_is_kept_180_days"
            )
        ]

    def __str__(self):
        return f"{self.code}: {self.days}"


class NightQuerySet(models.QuerySet):
    def removing(self, *codes: str):
        """Nights that removed something of these kinds."""
        return self.filter(code__in=codes, removed__gt=0)

    def removed_until(self, code: str) -> datetime | None:
        """The moment before which rows of a kind may be gone; None where none went so far. Takes
        one statement.
        """
        return self.removing(code).aggregate(last=Max("before"))["last"]


class Night(models.Model):
    """What the clock removed of one kind in one night.

    All before ``before`` was looked at; what lies in one of ``kept`` ([[first, last], …]) stayed,
    because somebody still counts it.
    """

    code = models.CharField(max_length=24)
    night = models.DateField()
    before = models.DateTimeField()
    kept = models.JSONField(default=list)
    removed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    # Empty where it was stopped, or goes on.
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = NightQuerySet.as_manager()

    class Meta:
        verbose_name = _("nightly run")
        verbose_name_plural = _("nightly runs")
        ordering = ["-night", "code"]
        constraints = [models.UniqueConstraint(fields=["code", "night"], name="night_once")]

    def __str__(self):
        return f"{self.code} {self.night}"

    @property
    def over(self) -> Over:
        """What was over its term in that night, as the terms of ``core`` take it."""
        kept = []
        for start, end in self.kept:
            kept.append((datetime.fromisoformat(start), datetime.fromisoformat(end)))
        return Over(self.before, tuple(kept))
