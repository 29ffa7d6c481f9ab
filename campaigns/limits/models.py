"""How often, when and up to which limits the library mails, and what its limits stopped."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.plan.models import Campaign

#: Of a library that has chosen nothing: no more than so many of a campaign's mails may come back,
#: or be reported as spam, in percent of at least so many.
USUAL_BOUNCES = Decimal(5)
USUAL_COMPLAINTS = Decimal("0.3")
USUAL_LEAST = 200
#: No limit is passed by fewer bounces, or by reports from fewer mailboxes: one person may report by
#: mistake, or write a report for another one; so many do not.
SEVERAL = 3
#: Days of a cap whose number nobody has chosen.
USUAL_DAYS = 7


class MailRules(models.Model):
    """The only row, or none where the library has chosen nothing.

    ``cap_mails`` promotional mails go to a mailbox within ``cap_days`` days at most; empty: any
    number. From ``quiet_from`` until ``quiet_until``, local times, none goes; both empty: no such
    hours. ``bounce_limit`` and ``complaint_limit`` are percent of at least ``least_mails`` mails of
    a campaign; empty: no limit.
    """

    cap_mails = models.PositiveSmallIntegerField(null=True, blank=True)
    cap_days = models.PositiveSmallIntegerField(default=USUAL_DAYS)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    bounce_limit = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, default=USUAL_BOUNCES
    )
    complaint_limit = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, default=USUAL_COMPLAINTS
    )
    least_mails = models.PositiveIntegerField(default=USUAL_LEAST)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    #: What the library chooses; the form and the audit trail name these.
    CHOSEN = (
        "cap_mails",
        "cap_days",
        "quiet_from",
        "quiet_until",
        "bounce_limit",
        "complaint_limit",
        "least_mails",
    )

    class Meta:
        verbose_name = _("rules of mailing")
        verbose_name_plural = _("rules of mailing")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="mail_rules_are_one"),
            models.CheckConstraint(
                condition=Q(cap_mails__isnull=True) | Q(cap_mails__gte=1),
                name="mail_cap_lets_some_through",
            ),
            models.CheckConstraint(condition=Q(cap_days__gte=1), name="mail_cap_has_days"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~Q(quiet_from=F("quiet_until")),
                name="mail_quiet_hours_pair",
            ),
            models.CheckConstraint(condition=Q(least_mails__gte=1), name="mail_limit_of_some"),
        ]

    def __str__(self):
        return str(self.as_dict)

    @property
    def as_dict(self) -> dict:
        """What is chosen by name, for the audit trail, which is JSON: whole numbers and None as
        they are, times and percentages as texts.
        """
        chosen = {}
        for name in self.CHOSEN:
            value = getattr(self, name)
            if not isinstance(value, int | None):
                value = str(value)
            chosen[name] = value
        return chosen


class LimitStop(models.Model):
    """A limit was passed: a campaign's mails stopped until somebody said why they go on.

    ``found`` of ``n`` mails were such a trouble where ``limit`` percent was the most. ``contents``
    were being sent. ``then`` is what stood when it went on, {trouble: [found, n]}: the limit looks
    at what comes after.
    """

    class Trouble(models.TextChoices):
        BOUNCES = "bounces", _("mails that cannot be delivered")
        COMPLAINTS = "complaints", _("reports of spam")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="limit_stops")
    trouble = models.CharField(max_length=10, choices=Trouble)
    contents = ArrayField(models.BigIntegerField())
    found = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    limit = models.DecimalField(max_digits=5, decimal_places=2)
    at = models.DateTimeField(auto_now_add=True)
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("why it goes on"), max_length=300, blank=True)
    then = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("stop by a limit")
        verbose_name_plural = _("stops by limits")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True, resumed_by__isnull=True, reason="")
                | Q(resumed_at__isnull=False, resumed_by__isnull=False) & ~Q(reason=""),
                name="limit_stop_resumed_pair",
            ),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(resumed_at__isnull=True),
                name="limit_stop_one_open",
            ),
        ]

    def __str__(self):
        return f"{self.campaign}: {self.get_trouble_display()}"

    @property
    def share(self) -> float:
        """The part of the mails that was such a trouble, 0 to 1; there is no stop without mails."""
        return self.found / self.n
