"""How e-resources were used, as providers count it: platform, month and metric, no persons."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.imports.models import ImportBatch
from crm.jobs.models import Job
from crm.sources.models import DataSource


class UsageReport(models.Model):
    """A COUNTER report with the months from ``first`` to ``last``.

    While it is READING its ``job`` reads ``file``, and nothing else is known of it. SEEN: its
    figures are stored, and no page counts them until somebody takes it in. TAKEN: they speak. The
    file is removed once it was read.

    ``partial``: its header says that use is missing; a month without a figure is unknown then. Of
    two reports of one kind the one that was made later speaks, see ``crm.eresources.queries``;
    taken back, the earlier one speaks again. ``source``: whose months it tells of. ``brought_at``:
    when its file came; ``counts_since``: when somebody took it in, None until then.
    """

    class State(models.TextChoices):
        READING = "reading", _("being read")
        SEEN = "seen", _("not taken in yet")
        TAKEN = "counts", _("taken in")

    state = models.CharField(max_length=8, choices=State.choices, default=State.TAKEN)
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.ForeignKey(DataSource, models.SET_NULL, null=True, blank=True, related_name="+")
    # Its line in the list of imports, which stays when the report is taken back.
    batch = models.OneToOneField(
        ImportBatch, models.SET_NULL, null=True, blank=True, related_name="usage_report"
    )
    report = models.CharField(_("report"), max_length=8)
    release = models.CharField(_("release"), max_length=8)
    provider = models.CharField(_("made by"), max_length=200, blank=True)
    first = models.DateField(_("first month"), null=True)
    last = models.DateField(_("last month"), null=True)
    partial = models.BooleanField(default=False)
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    filename = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    brought_at = models.DateTimeField(auto_now_add=True)
    counts_since = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("report of e-resource use")
        verbose_name_plural = _("reports of e-resource use")
        ordering = ["-brought_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="usage_report_has_months"
            ),
            models.CheckConstraint(
                condition=models.Q(state="reading")
                | models.Q(first__isnull=False, last__isnull=False),
                name="usage_report_was_read",
            ),
        ]

    def __str__(self):
        return f"{self.report} {self.provider}".strip() or self.filename

    def get_absolute_url(self) -> str:
        """The page of what it would change, and on which it is taken in."""
        return reverse("crm:usage-report", args=[self.pk])


class PlatformUsage(models.Model):
    """How often something was counted on a platform in one month, by one report."""

    report = models.ForeignKey(UsageReport, models.CASCADE, related_name="figures")
    platform = models.CharField(_("platform"), max_length=200)
    metric = models.CharField(_("metric"), max_length=60)
    # Its first day.
    month = models.DateField(_("month"))
    n = models.BigIntegerField(_("how often"))

    class Meta:
        verbose_name = _("use of a platform")
        verbose_name_plural = _("uses of platforms")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "platform", "metric", "month"], name="platform_usage_once"
            ),
            models.CheckConstraint(condition=models.Q(n__gte=0), name="platform_usage_counted"),
        ]
        indexes = [models.Index(fields=["month"], name="platform_usage_month")]

    def __str__(self):
        return f"{self.platform} {self.metric} {self.month:%Y-%m}"
