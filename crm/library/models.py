"""What the library says of itself and decides by itself, on pages and not by settings of the
machine.
"""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: What people decide; of each of its changes the former state is kept.
DECIDED = (
    "name_zh",
    "name_en",
    "logo",
    "logo_alt",
    "colour",
    "notices_from",
    "promotion_from",
    "reply_to",
    "return_to",
    "letters_language",
    "hour_rate",
)


@pghistory.track(
    fields=list(DECIDED),
    model_name="LibrarySettingsEvent",
    meta={
        "verbose_name": _("former state of the library's settings"),
        "verbose_name_plural": _("former states of the library's settings"),
    },
)
class LibrarySettings(models.Model):
    """The only row; ``logo`` is the name of a kept picture (``core.pictures``), or empty.

    What is empty is as the environment says (LIBRARY_NAME, DEFAULT_FROM_EMAIL, and so on): so it is
    at a first run. ``colour`` is a code of ``crm.library.colours``, ``hour_rate`` CNY.
    """

    name_zh = models.CharField(_("name in Chinese"), max_length=80, blank=True, db_default="")
    name_en = models.CharField(_("name in English"), max_length=80, blank=True, db_default="")
    logo = models.CharField(_("logo"), max_length=44, blank=True)
    logo_alt = models.CharField(_("what the logo shows"), max_length=120, blank=True)
    logo_width = models.PositiveIntegerField(default=0)
    logo_height = models.PositiveIntegerField(default=0)
    colour = models.CharField(_("colour"), max_length=16, blank=True, db_default="")
    notices_from = models.CharField(
        _("sender of notices"), max_length=254, blank=True, db_default=""
    )
    promotion_from = models.CharField(
        _("sender of everything else"), max_length=254, blank=True, db_default=""
    )
    reply_to = models.CharField(_("where answers go"), max_length=254, blank=True, db_default="")
    return_to = models.CharField(
        _("where mail comes back to"), max_length=254, blank=True, db_default=""
    )
    letters_language = models.CharField(
        _("language of letters to who has chosen none"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        db_default="",
    )
    hour_rate = models.DecimalField(
        _("what an hour of staff time costs"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
    )
    # Whoever has read the first steps may put them away, finished or not.
    steps_put_away = models.BooleanField(default=False, db_default=False)
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
            models.CheckConstraint(
                condition=Q(hour_rate__isnull=True) | Q(hour_rate__gt=0),
                name="library_hour_rate_above_zero",
            ),
        ]

    def __str__(self):
        """The Chinese name, else the English one, else LIBRARY_NAME."""
        return self.name_zh or self.name_en or settings.LIBRARY_NAME
