"""Who looked at whom, so that the person can be told."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.readers.models.reader import Reader

#: Sets up to this size are indexed person by person; the few larger ones are looked through.
INDEXED = 1000
#: Days for which it can be told who looked.
KEPT_DAYS = 180


class LookReason(models.TextChoices):
    """Why staff open the page of one person: the short list they choose from."""

    ENQUIRY = "enquiry", _("to answer an enquiry")
    LETTER = "letter", _("to write to the reader")
    WORK = "work", _("for a work or a certificate")
    CORRECTION = "correction", _("to correct what is written down")
    CHECK = "check", _("to check an import or a list")


class LookPlace(models.TextChoices):
    PAGE = "page", _("the reader's page")
    LIST = "list", _("a list of readers")
    EXPORT = "export", _("a file with readers")
    API = "api", _("a program")
    ADMIN = "admin", _("the administration")
    LETTER = "letter", _("letters to you")
    VOICE = "voice", _("what you said")
    IMPORT = "import", _("rows of a file")
    WEIGHED = "weighed", _("counting what a file would change")


def midnight() -> datetime:
    """When today began, aware, in the library's time."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class LookQuerySet(models.QuerySet):
    def kept(self):
        """Those that are young enough to be told: of the last ``KEPT_DAYS`` days."""
        return self.filter(at__gte=timezone.now() - timedelta(days=KEPT_DAYS))

    def at(self, reader: Reader):
        """What ``reader`` may be told: their own page, and every set that they were in, also under
        the key of a record that was joined with theirs.
        """
        keys = reader.keys()
        # By its size, so that the index of small sets and that of large ones can be used.
        in_a_set = Q(n__lte=INDEXED, readers__overlap=keys)
        in_a_large_set = Q(n__gt=INDEXED, readers__overlap=keys)
        return self.kept().filter(Q(reader=reader) | in_a_set | in_a_large_set)

    def today(self, user):
        """What ``user`` has looked at since midnight, by the library's clock."""
        return self.filter(user=user, at__gte=midnight())

    def persons(self) -> int:
        """How many persons were shown in all, each as often as they were shown.

        Who was only counted was not shown.
        """
        return self.exclude(place=LookPlace.WEIGHED).aggregate(n=Sum("n"))["n"] or 0


class Look(models.Model):
    """One opening of a page, a list, a file: of one ``reader``, or of a set of them.

    ``readers`` holds the keys of a set, so that a page of 200 readers is one row and still each of
    them can be told; ``n`` is how many persons it showed.
    """

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=8, choices=LookPlace.choices)
    reason = models.CharField(max_length=12, choices=LookReason.choices, blank=True)
    reader = models.ForeignKey(Reader, models.CASCADE, null=True, blank=True, related_name="looks")
    readers = ArrayField(models.BigIntegerField(), null=True, blank=True)
    n = models.PositiveIntegerField(default=1)

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at readers")
        verbose_name_plural = _("looks at readers")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reader__isnull=True) | Q(readers__isnull=True),
                name="look_at_one_or_a_set",
            )
        ]
        indexes = [
            models.Index(fields=["user", "at"], name="look_user_at"),
            GinIndex(fields=["readers"], name="look_readers", condition=Q(n__lte=INDEXED)),
            models.Index(fields=["-at"], name="look_large", condition=Q(n__gt=INDEXED)),
        ]

    def __str__(self):
        return f"{self.get_place_display()} {timezone.localdate(self.at)}"
