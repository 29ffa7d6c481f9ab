from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.people import Campus, Reader


class Activity(models.Model):
    """Something a reader did, as a kind and a time: never which title.

    ``(source, ref)`` says which row elsewhere it stands for, so importing or projecting it twice changes nothing.
    """

    class Kind(models.TextChoices):
        LOAN = "loan", _("Loan")
        RENEWAL = "renewal", _("Renewal")
        VISIT = "visit", _("Visit")
        EVENT = "event", _("Event attended")
        CLICK = "click", _("Link followed")
        ANSWER = "answer", _("Survey answered")
        VOICE = "voice", _("Said something")
        CONTRIBUTION = "contribution", _("Contribution")

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="activities")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    at = models.DateTimeField(_("time"))
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus"))
    source = models.CharField(max_length=32)
    ref = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [models.UniqueConstraint(fields=["source", "ref"], name="activity_source_ref")]
        indexes = [
            models.Index(fields=["kind", "at"], include=["reader"], name="activity_kind_at"),
            models.Index(fields=["reader", "-at"], name="activity_reader_at"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
