"""Hosts outside the library that links may lead to."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkHost(models.Model):
    """A host that somebody has looked at and allowed: ``host`` in small letters and as IDNA."""

    host = models.CharField(_("host"), max_length=253, unique=True)
    reason = models.CharField(_("whose pages these are"), max_length=200)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["host"]
        verbose_name = _("known host")
        verbose_name_plural = _("known hosts")

    def __str__(self):
        return self.host
