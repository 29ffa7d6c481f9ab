"""What a person asked of the library about their data, and what the data officer keeps."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet
from core.localised import labelled
from crm.readers.models import ContactChannel, Reader


class CorrectionQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Staff decide about the readers they may open; a reader sees their own.

        "Their own" is by the account that is signed in.
        """
        if not user.can("readers.edit"):
            return self.filter(reader__user=user)
        return self.filter(reader__in=Reader.objects.visible_to(user))

    def waiting(self):
        """Those that nobody has decided about.

        Whoever may see them is another question.
        """
        return self.filter(decided_at__isnull=True)


class Correction(models.Model):
    """A reader says that something is written down wrongly; staff decide."""

    class Field(models.TextChoices):
        NAME = "name", _("Name")
        COLLEGE = "college", _("College")
        CAMPUS = "campus", _("Campus")
        COHORT = "cohort", _("Entry year")
        KIND = "kind", _("Kind of reader")
        PHONE = "phone", _("Telephone")
        WECHAT = "wechat", _("WeChat")
        OTHER = "other", _("Something else")

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="corrections")
    field = models.CharField(_("what is wrong"), max_length=12, choices=Field.choices)
    wanted = models.CharField(_("what should stand there"), max_length=300)
    asked_at = models.DateTimeField(auto_now_add=True)
    granted = models.BooleanField(null=True)
    answer = models.CharField(_("word to the reader"), max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, granted__isnull=False),
                name="correction_decided_pair",
            )
        ]

    def __str__(self):
        return labelled(self.get_field_display(), self.wanted)

    @property
    def outcome(self) -> str:
        """What became of it, with the word to the reader where one was written."""
        if self.granted is None:
            return gettext("waits for the library")
        said = gettext("stays as it is")
        if self.granted:
            said = gettext("corrected")
        if not self.answer:
            return said
        return labelled(said, self.answer)


class NewAddress(models.Model):
    """An address that somebody says is theirs, until they have shown it by the code sent there."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="new_addresses")
    channel = models.CharField(max_length=16, choices=ContactChannel.choices)
    address = models.CharField(max_length=254)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("address to be confirmed")
        verbose_name_plural = _("addresses to be confirmed")
        constraints = [
            models.UniqueConstraint(fields=["reader", "channel"], name="new_address_once")
        ]


class DepartureQuerySet(models.QuerySet):
    def due(self):
        """Those whose time to change their mind is over.

        By the moment that was promised when they asked.
        """
        return self.filter(due_at__lte=timezone.now())

    def stuck(self):
        """Those whom the portal has tried to erase, and could not.

        They stay due as well.
        """
        return self.filter(failed_at__isnull=False)


class Departure(models.Model):
    """A reader asked to be erased; it happens at ``due_at`` unless they change their mind."""

    reader = models.OneToOneField(Reader, models.CASCADE, related_name="departure")
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    # Of the last try that a fault ended; the log of that hour says which.
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish to be erased")
        verbose_name_plural = _("wishes to be erased")


class Erasure(models.Model):
    """That somebody was erased: a keyed hash of who it was, so that a restored backup erases them
    again, and the token that stands in their place.
    """

    digest = models.BinaryField(max_length=32)
    token = models.CharField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-at"]


class AssessmentQuerySet(models.QuerySet):
    def current(self) -> "Assessment | None":
        """The newest version, None before the first one.

        One statement.
        """
        return self.order_by("number").last()


class Assessment(models.Model):
    """One version of the library's own impact assessment. Versions are added, never changed."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    what = models.TextField(_("what is done with data of readers"))
    why = models.TextField(_("why it is needed, and why less would not do"))
    risks = models.TextField(_("what could happen to readers, how likely and how bad"))
    measures = models.TextField(_("what stands against it"))
    officer = models.CharField(_("who answers for it"), max_length=160)
    assessed_on = models.DateField(_("looked through on"))
    next_on = models.DateField(_("looked through again on"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("impact assessment")
        verbose_name_plural = _("impact assessments")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_on__gt=F("assessed_on")), name="assessment_again_later"
            )
        ]

    def __str__(self):
        return gettext("Impact assessment, version %(n)s") % {"n": self.number}

    @property
    def is_overdue(self) -> bool:
        """Whether the day of the next look has come.

        By the local date; the day itself counts.
        """
        return self.next_on <= timezone.localdate()


class Incident(models.Model):
    """Something went wrong with what the library knows of people; the data officer's record."""

    title = models.CharField(_("what happened"), max_length=160)
    noticed_at = models.DateTimeField(_("noticed"), default=timezone.now)
    concerned = models.TextField(_("whose data, and which"))
    measures = models.TextField(_("what was done"), blank=True)
    told_authority_at = models.DateTimeField(_("authority told"), null=True, blank=True)
    told_readers_at = models.DateTimeField(_("readers told"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("incident", "closed"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-noticed_at"]

    def __str__(self):
        return self.title
