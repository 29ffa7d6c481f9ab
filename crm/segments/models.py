"""Segments: a rule, the members it had when last computed, and who entered or left."""

from datetime import timedelta
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet
from core.disclosure import Count
from core.disclosure.annotations import CountOutput
from core.tones import DerivedState
from crm.readers.models import Reader
from crm.readers.scopes import EVERYBODY, Sizes, scope_of, stored_sizes

#: Refreshed nightly; older than this, a night was missed.
STALE_AFTER = timedelta(hours=36)


def own_size(scope: str):
    """What a list is sorted by: the members whom its viewer may open, None before the first
    refresh.
    """
    if scope == EVERYBODY:
        return Cast("size", CountOutput())
    at_campus = KeyTransform(scope, "campus_sizes")
    members = Cast(KeyTextTransform("0", at_campus), CountOutput())
    nobody = Value(0, output_field=CountOutput())
    was_counted = Q(size__isnull=False)
    return Case(When(was_counted, then=Coalesce(members, nobody)), output_field=CountOutput())


class SegmentQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Segments are the whole library's: every member of staff sees all, a reader none.

        Each row knows for whom it was loaded, so that ``persons`` counts whom they may open.
        """
        if not user.can("segments.view"):
            return self.none()
        scope = scope_of(user)
        return self.annotate(scope=Value(scope), own_size=own_size(scope))

    def stale(self, at=None):
        """Segments whose members may no longer be what the rule says at ``at``, by default now:
        never refreshed, more than STALE_AFTER ago, for an older rule, or the last time in vain.
        """
        oldest = (at or timezone.now()) - STALE_AFTER
        was_never_refreshed = Q(refreshed_at__isnull=True)
        is_old = Q(refreshed_at__lt=oldest)
        is_of_this_version = Q(refreshed_version=F("version"))
        has_no_error = Q(error="")
        return self.filter(was_never_refreshed | is_old | ~is_of_this_version | ~has_no_error)


class SegmentState(models.TextChoices):
    """How far the stored members of a segment can be relied on."""

    ERROR = "error", _("error")
    NEVER = "never", _("not yet computed")
    STALE = "stale", _("out of date")
    FRESH = "fresh", _("up to date")


# What people wrote, not what each night's refresh measured.
@pghistory.track(
    fields=["name", "description", "rule", "version"],
    meta={
        "verbose_name": _("former state of a segment"),
        "verbose_name_plural": _("former states of segments"),
    },
)
class Segment(DerivedState, models.Model):
    """A rule tree over readers.

    ``size``, ``refresh_ms`` and ``refreshed_at`` say when it was last true.
    """

    State = SegmentState
    TONES: ClassVar = {
        State.ERROR: "red",
        State.NEVER: "amber",
        State.STALE: "amber",
        State.FRESH: "green",
    }

    name = models.CharField(_("name"), max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True)
    rule = models.JSONField(_("rule"), default=dict)
    version = models.PositiveIntegerField(default=1)
    size = models.PositiveIntegerField(null=True, blank=True)
    #: The members by campus, {"c" and its id, or "" for none: [members, sum of their keys]}, for
    #: staff who may open those of one campus alone. ``crm.readers.scopes`` reads it.
    campus_sizes = models.JSONField(default=dict, editable=False)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    refreshed_version = models.PositiveIntegerField(null=True, blank=True)
    refresh_ms = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self):
        return self.name

    @property
    def persons(self) -> Count:
        """How many members it had when last computed; not measured before the first time.

        Those are counted whom the viewer may open that ``visible_to`` loaded it for; of a row that
        was loaded for nobody none is told.
        """
        return self._sizes.own

    @property
    def elsewhere(self) -> Count | None:
        """About how many members the viewer may not open; None where there can be none."""
        return self._sizes.elsewhere

    @property
    def _sizes(self) -> Sizes:
        """Own members and others, for the viewer of ``visible_to``; for nobody where it was loaded
        for none.
        """
        scope = getattr(self, "scope", None)
        if self._state.adding:
            # Not stored, so that nobody's members are counted.
            scope = EVERYBODY
        return stored_sizes(scope, self.size, self.campus_sizes)

    def get_absolute_url(self):
        return reverse("crm:segment-detail", args=[self.pk])

    @property
    def is_stale(self) -> bool:
        """True when the stored members may no longer be what the rule says.

        Never, long ago, or for an older rule.
        """
        if self.refreshed_at is None or self.refreshed_version != self.version:
            return True
        return self.refreshed_at < timezone.now() - STALE_AFTER

    @property
    def state(self) -> SegmentState:
        """A failure is said first, and what was never computed before what is old."""
        if self.error:
            return self.State.ERROR
        if self.refreshed_at is None:
            return self.State.NEVER
        if self.is_stale:
            return self.State.STALE
        return self.State.FRESH


class SegmentMember(models.Model):
    pk = models.CompositePrimaryKey("segment_id", "reader_id")
    # The primary key begins with the segment: no index of its own.
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members", db_index=False)
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="memberships")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("member of a segment")
        verbose_name_plural = _("members of segments")


class SegmentPinQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Decisions about readers whom this user may open."""
        return self.filter(reader__in=Reader.objects.visible_to(user))


class SegmentPin(models.Model):
    """A reader put in or kept out by hand; survives every refresh."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="pins")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="+")
    include = models.BooleanField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = SegmentPinQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision by hand")
        verbose_name_plural = _("decisions by hand")
        constraints = [models.UniqueConstraint(fields=["segment", "reader"], name="pin_once")]


class SegmentLog(models.Model):
    """One entering or leaving, written by the refresh that saw it.

    The database does not check its foreign keys: the same statement writes or deletes the checked
    SegmentMember, and a second check per row would be a quarter of the time of a large refresh.
    """

    segment = models.ForeignKey(
        Segment, models.CASCADE, related_name="log", db_index=False, db_constraint=False
    )
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="+", db_constraint=False)
    entered = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("entry or exit of a segment")
        verbose_name_plural = _("entries and exits of segments")
        indexes = [models.Index(fields=["segment", "at"], name="segmentlog_at")]
