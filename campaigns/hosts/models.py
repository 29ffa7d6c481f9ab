"""Hosts outside the library that links may lead to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkHostQuerySet(models.QuerySet):
    def approved(self):
        """Hosts that links may lead to."""
        return self.filter(removed_at__isnull=True)

    def removed(self):
        """Hosts whose approval was taken back: nobody is sent there any more."""
        return self.filter(removed_at__isnull=False)


class LinkHost(models.Model):
    """A host that somebody has looked at and allowed: ``host`` in small letters and as IDNA.

    One that was taken off stays as a row: links that were mailed do not lead there any more.
    """

    host = models.CharField(_("host"), max_length=253, unique=True)
    reason = models.CharField(_("whose pages these are"), max_length=200)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = LinkHostQuerySet.as_manager()

    class Meta:
        ordering = ["host"]
        verbose_name = _("known host")
        verbose_name_plural = _("known hosts")
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="link_host_removed_pair",
            )
        ]

    def __str__(self):
        return self.host
