"""Which record went into which, what stood where before, and pairs that are two people after all.

Merges and the rows they moved are written by the owner's functions alone (``merges.moving``).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Reader


class MergeReason(models.TextChoices):
    """How it became known that two records are of one person."""

    DESK = "desk", _("decided at the desk")
    CLAIM = "claim", _("shown by the person")


class MergeQuerySet(models.QuerySet):
    def standing(self):
        """Those that nobody has taken apart again; such as went into a third record, too."""
        return self.filter(parted_at__isnull=True)


class JoinedRecord(models.Model):
    """One record that went into another, ``kept``.

    ``kept_key`` is the record it went into, and stays what it was when that one goes into a third;
    ``gone_key`` the key that the other had. ``gone`` is its row as it stood, ``before`` and
    ``after`` that of the kept one: {column: value}, emptied when the two are taken apart, since the
    other is a person of their own then. ``history`` stays: {"chosen": names of what comes of
    the other record, "rows": {"crm.Activity.reader": how many came along}}.
    """

    kept = models.ForeignKey(Reader, models.CASCADE, related_name="merges")
    kept_key = models.BigIntegerField()
    # Empty once that record was taken apart again and its person erased.
    gone_key = models.BigIntegerField(null=True, db_index=True)
    gone = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    history = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    why = models.CharField(max_length=8, choices=MergeReason.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    parted_at = models.DateTimeField(null=True, blank=True)
    taken_apart_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("joined record")
        verbose_name_plural = _("joined records")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone_key"],
                condition=Q(parted_at__isnull=True),
                name="merge_gone_once",
            )
        ]

    @property
    def number(self) -> str:
        """The first number of the record that went; empty once they are two again."""
        return self.gone.get("number", "")


class MergedRow(models.Model):
    """A row that a merge touched, so that it can be given back.

    ``model`` is "crm.Activity.reader"; ``was`` holds the row's key, or the whole row where it was
    taken out.
    """

    class How(models.TextChoices):
        MOVED = "moved", _("belongs to the kept record")
        ASIDE = "aside", _("set aside, since the kept record has its own")
        LOOSE = "loose", _("stays in the figures without a person")
        WRITTEN = "written", _("written by the joining")

    merge = models.ForeignKey(JoinedRecord, models.CASCADE, related_name="rows")
    model = models.CharField(max_length=80)
    how = models.CharField(max_length=8, choices=How.choices)
    was = models.JSONField()

    class Meta:
        verbose_name = _("row of a joined record")
        verbose_name_plural = _("rows of joined records")
        indexes = [
            # By the row itself only these are looked for: whose it was, and who else wants it.
            models.Index(
                F("model"),
                KT("was__id"),
                name="mergedrow_of_row",
                condition=Q(how__in=["loose", "written"]),
            )
        ]


class NotTwins(models.Model):
    """Two records that look like one person and are two: not suggested any more."""

    one = models.ForeignKey(Reader, models.CASCADE, related_name="+")
    other = models.ForeignKey(Reader, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("pair that is two people")
        verbose_name_plural = _("pairs that are two people")
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="not_twins_once")]
