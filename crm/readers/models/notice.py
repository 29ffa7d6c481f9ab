"""The notice that says what the library does with what it knows of people, in versions."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.localised import localised


class NoticeQuerySet(models.QuerySet):
    def current(self, at=None) -> "Notice | None":
        """The version in force at a moment (now, by default); None before the first one."""
        in_force = self.filter(published_at__lte=at or timezone.now())
        return in_force.order_by("-number").first()


class Notice(models.Model):
    """One version of the notice. What was once published stays, word for word.

    ``text``: {language: paragraphs with an empty line between them}; ``changed`` says in one
    sentence what is new.
    """

    number = models.PositiveSmallIntegerField(_("version"), unique=True)
    text = models.JSONField(_("text"), default=dict)
    changed = models.JSONField(_("what has changed"), default=dict, blank=True)
    published_at = models.DateTimeField(_("in force since"), default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")
        ordering = ["-number"]

    def __str__(self):
        return str(self.number)

    @property
    def paragraphs(self) -> list[str]:
        """The text in the language of whoever reads it, by paragraphs: an empty line ends one."""
        return localised(self.text).split("\n\n")
