"""What the library says of itself on every page and in every letter: its name and its logo."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LibrarySettings(models.Model):
    """The only row; ``logo`` is the name of a kept picture (``core.pictures``), or empty.

    An empty name is that of the settings (LIBRARY_NAME).
    """

    name_zh = models.CharField(_("name in Chinese"), max_length=80, blank=True, db_default="")
    name_en = models.CharField(_("name in English"), max_length=80, blank=True, db_default="")
    logo = models.CharField(max_length=44, blank=True)
    logo_alt = models.CharField(_("what the logo shows"), max_length=120, blank=True)
    logo_width = models.PositiveIntegerField(default=0)
    logo_height = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("settings of the library")
        verbose_name_plural = _("settings of the library")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="library_is_one"),
            models.CheckConstraint(
                condition=Q(logo="") | ~Q(logo_alt=""), name="library_logo_has_words"
            ),
        ]

    def __str__(self):
        return self.name_zh or self.name_en or settings.LIBRARY_NAME
