"""The people: users who sign in, readers the library knows, what each reader allowed us to send."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from crm.access import role_can


class Provenance(models.TextChoices):
    """Where a row comes from, printed wherever it is shown: nothing synthetic may pass for real."""

    OWN = "own", _("This library")
    SYNTHETIC = "synthetic", _("Synthetic")
    PAPER = "paper", _("Published case")


class ContactChannel(models.TextChoices):
    """A way to reach one person; consent is given and withdrawn per channel."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    WECHAT = "wechat", _("WeChat")


class Named(models.Model):
    """Something with a Chinese and an English name and a stable code."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        if not translation.get_language() or translation.get_language().startswith("zh"):
            return self.name_zh
        return self.name_en or self.name_zh


class Campus(Named):
    """A campus, or a branch of a public library."""

    class Meta:
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")
        ordering = ["code"]


class College(Named):
    """A college, school or faculty readers belong to."""

    campus = models.ForeignKey(Campus, models.SET_NULL, null=True, blank=True, related_name="colleges")

    class Meta:
        verbose_name = _("college")
        verbose_name_plural = _("colleges")
        ordering = ["code"]


class Users(UserManager):
    """``createsuperuser`` makes an administrator: a role of its own would only be a door without a second factor."""

    use_in_migrations = False

    def create_superuser(self, username, email=None, password=None, **fields):
        return super().create_superuser(username, email, password, **({"role": User.Role.ADMINISTRATOR} | fields))


class User(AbstractUser):
    """Somebody who signs in. ``campus`` limits a member of staff to that campus's readers; empty means all."""

    class Role(models.TextChoices):
        READER = "reader", _("Reader")
        LIBRARIAN = "librarian", _("Librarian")
        MANAGER = "manager", _("Manager")
        ADMINISTRATOR = "administrator", _("Administrator")

    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.READER)
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, related_name="staff")
    display_name = models.CharField(_("name shown"), max_length=80, blank=True)

    objects = Users()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["reader", "librarian", "manager", "administrator"]), name="user_role_known"
            )
        ]

    def __str__(self):
        return self.display_name or self.username

    def can(self, permission: str) -> bool:
        """True when this user's role holds the permission. Inactive users hold none."""
        return self.is_active and role_can(self.role, permission)

    @property
    def is_library_staff(self) -> bool:
        return self.role != self.Role.READER or self.is_staff or self.is_superuser


def reached_by(channel: str) -> Q:
    """Active readers who allowed ``channel`` and have an address on it."""
    addressed = {"email": ~Q(email=""), "sms": ~Q(phone=""), "wechat": ~Q(wechat="")}[channel]
    return addressed & Q(state=Reader.State.ACTIVE, consents__contains=[channel])


class ReaderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Readers this user may open: staff with a campus see that campus, other staff all, a reader only themself."""
        if not user.can("readers.view"):
            return self.filter(user=user)
        if user.campus_id:
            return self.filter(campus_id=user.campus_id)
        return self

    def active(self):
        return self.filter(state=Reader.State.ACTIVE)

    def reachable(self, channel: str):
        """Readers who allowed ``channel`` and have an address on it."""
        return self.filter(reached_by(channel))

    def unreachable(self):
        """Readers no channel leads to."""
        return self.exclude(reached_by("email") | reached_by("sms") | reached_by("wechat"))


class Reader(models.Model):
    """One person the library serves. Never holds a title, call number or search term.

    ``(source, number)`` is the identity an import matches on. ``consents`` lists the channels allowed *now*;
    ConsentEvent holds how it came to be. ``traits`` are imported attributes without a column of their own.
    """

    class Kind(models.TextChoices):
        UNDERGRADUATE = "undergraduate", _("Undergraduate")
        MASTER = "master", _("Master's student")
        DOCTORAL = "doctoral", _("Doctoral student")
        TEACHER = "teacher", _("Teacher")
        STAFF = "staff", _("Staff member")
        ALUMNUS = "alumnus", _("Alumnus")
        PUBLIC = "public", _("Public reader")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        LEFT = "left", _("Left")

    source = models.CharField(_("source"), max_length=32, default="library")
    number = models.CharField(_("reader number"), max_length=64)
    name = models.CharField(_("name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus"))
    college = models.ForeignKey(College, models.PROTECT, null=True, blank=True, verbose_name=_("college"))
    cohort = models.SmallIntegerField(_("entry year"), null=True, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    email_made = models.BooleanField(_("address made by the import"), default=False)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    wechat = models.CharField(_("WeChat openid"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="zh-hans")
    consents = ArrayField(models.CharField(max_length=16), default=list, blank=True, verbose_name=_("allowed channels"))
    traits = models.JSONField(_("traits"), default=dict, blank=True)
    registered_on = models.DateField(_("registered"), null=True, blank=True)
    last_seen_on = models.DateField(_("last seen"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="reader")
    import_batch = models.ForeignKey(
        "crm.ImportBatch", models.SET_NULL, null=True, blank=True, related_name="created_readers"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = ReaderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="reader_source_number")]
        indexes = [
            models.Index(fields=["kind", "campus"], name="reader_kind_campus"),
            models.Index(fields=["email"], name="reader_email", condition=~Q(email="")),
        ]

    def __str__(self):
        return self.name or self.number

    def get_absolute_url(self):
        return reverse("crm:reader-detail", args=[self.pk])

    def allows(self, channel: str) -> bool:
        return channel in self.consents


class ConsentEvent(models.Model):
    """One giving or withdrawing of consent; the ledger is only ever appended to."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="consent_events")
    channel = models.CharField(max_length=16, choices=ContactChannel.choices)
    granted = models.BooleanField()
    source = models.CharField(max_length=40)
    wording = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]


class Suppression(models.Model):
    """A keyed hash of an address that must never be mailed again, even when a later import brings it back."""

    channel = models.CharField(max_length=16, choices=ContactChannel.choices)
    digest = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="suppression_once")]
