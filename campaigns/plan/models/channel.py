from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.plan.models.campaign import Campaign
from crm.readers.models import ContactChannel
from crm.staff.models import Named


class Channel(Named):
    """A way to be seen, online or offline.

    ``contact`` names the personal channel it needs consent for, if any.
    """

    class Kind(models.TextChoices):
        ONLINE = "online", _("Online")
        OFFLINE = "offline", _("Offline")

    #: Code of the channel that every content sent from here goes over.
    EMAIL = "email"

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    # Empty: a poster reaches whoever passes, and nobody has to agree to that.
    contact = models.CharField(max_length=16, choices=ContactChannel.choices, blank=True)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    @property
    def is_email(self) -> bool:
        """Whether mail goes out over the channel."""
        # By what it needs consent for, not by its code: the register of channels may grow.
        return self.contact == ContactChannel.EMAIL


class ChannelPlan(models.Model):
    """What share of a campaign's effort goes to a channel, planned before and booked after."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="channel_plans")
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="plans", verbose_name=_("channel")
    )
    share = models.PositiveSmallIntegerField(_("share, %"), validators=[MaxValueValidator(100)])
    planned_cost = models.DecimalField(
        _("planned cost, CNY"),
        max_digits=12,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(Decimal(0))],
    )
    expected_reach = models.PositiveIntegerField(_("expected reach"), null=True, blank=True)

    class Meta:
        verbose_name = _("channel plan")
        verbose_name_plural = _("channel plans")
        ordering = ["-share", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "channel"], name="plan_channel_once"),
            models.CheckConstraint(
                condition=models.Q(share__lte=100), name="plan_share_is_percent"
            ),
        ]
