"""Changes of an approved budget, kept beside the campaign they belong to."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.plan.models.campaign import Campaign
from core.localised import labelled


class BudgetChange(models.Model):
    """One change of a campaign's approved budget, CNY, with its reason; never altered afterwards.

    ``before`` is None where there was no budget yet; ``by`` is None only for changes made in 0.1 by
    somebody whose account has been deleted.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="budget_changes")
    before = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("budget change")
        verbose_name_plural = _("budget changes")
        ordering = ["at", "pk"]
        constraints = [
            # The moment tells a change of 0.1 from its copy, so that copying twice copies once.
            models.UniqueConstraint(fields=["campaign", "at"], name="budget_change_once"),
            models.CheckConstraint(condition=Q(after__gte=0), name="budget_change_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="budget_change_has_reason"),
        ]
        # A mistake is mended by another change with a reason of its own.
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self):
        return labelled(self.campaign, f"{self.before} → {self.after}")
