"""What somebody is at the library, from one day to another; several at once."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet
from crm.readers.models import Reader

#: Those who study: what they are moves from new to graduated by the dates alone.
STUDENT_KINDS = (
    Reader.Kind.UNDERGRADUATE,
    Reader.Kind.MASTER,
    Reader.Kind.DOCTORAL,
    Reader.Kind.EXCHANGE,
)
#: Those who become alumni when it ends; all others leave.
GRADUATING_KINDS = (Reader.Kind.UNDERGRADUATE, Reader.Kind.MASTER, Reader.Kind.DOCTORAL)
#: Of several at once the first one here stands in the reader's own row (docs/adr/0030).
RANK = (
    Reader.Kind.TEACHER,
    Reader.Kind.STAFF,
    Reader.Kind.DOCTORAL,
    Reader.Kind.MASTER,
    Reader.Kind.UNDERGRADUATE,
    Reader.Kind.EXCHANGE,
    Reader.Kind.VISITOR,
    Reader.Kind.ALUMNUS,
    Reader.Kind.PUBLIC,
    Reader.Kind.UNSAID,
)


class Then(models.TextChoices):
    """What somebody is when a standing has ended and no other one holds."""

    ALUMNUS = "alumnus", _("an alumnus")
    LEFT = "left", _("no reader any more")


def then_of(kind: str) -> str:
    """What follows a standing of this kind where nobody said otherwise, as a code of ``Then``:
    those who study for a degree become alumni, all others leave. The statements say the same by
    ``THEN_OF``.
    """
    if kind in GRADUATING_KINDS:
        return Then.ALUMNUS
    return Then.LEFT


class StandingQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Those of the readers whom this user may open, also those that are over."""
        return self.filter(reader__in=Reader.objects.visible_to(user))

    def on(self, day: date):
        """Those that hold on ``day``; both ends are included, and a missing one is open. Of one
        reader there may be several.
        """
        has_begun = Q(starts_on__isnull=True) | Q(starts_on__lte=day)
        has_not_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
        return self.filter(has_begun, has_not_ended)


class Standing(models.Model):
    """One reader as student, teacher, visitor and so on, from ``starts_on`` to ``ends_on``.

    Both days are included; an empty one says that the day is not known, or that no end is set.
    ``moved_on`` is the last day for which the reader's own row was moved by these dates.
    """

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="standings")
    kind = models.CharField(_("what they are"), max_length=16, choices=Reader.Kind.choices)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    then = models.CharField(_("afterwards"), max_length=8, choices=Then.choices)
    source = models.CharField(_("source"), max_length=32)
    # The import that wrote it. No key: the row outlives the imports.
    import_run = models.BigIntegerField(null=True, editable=False)
    moved_on = models.DateField(null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        ordering = [F("starts_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="standing_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["reader", "kind", "starts_on"],
                name="standing_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            # The night asks which ends and starts have passed.
            models.Index(fields=["ends_on"], name="standing_ends_on"),
            models.Index(fields=["starts_on"], name="standing_starts_on"),
        ]

    def __str__(self):
        return str(self.get_kind_display())
