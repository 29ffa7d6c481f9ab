"""Readers: who they are, what each of them allowed us to send, what they did."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Floor, Random
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet
from core.addresses import address_digests
from core.disclosure.about import KEYS
from crm.staff.models import Campus, College


class ContactChannel(models.TextChoices):
    """A way to reach one person; consent is given and withdrawn per channel."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    WECHAT = "wechat", _("WeChat")


#: Column of a reader that holds the address on each channel.
ADDRESS_FIELDS = {
    ContactChannel.EMAIL: "email",
    ContactChannel.SMS: "phone",
    ContactChannel.WECHAT: "wechat",
}


def allowed_by(channel: str) -> Q:
    """What a reader's own row says: active, with an address on ``channel`` and consent to it.

    ``queries.allowed`` says the same in SQL.
    """
    has_no_address = Q(**{ADDRESS_FIELDS[channel]: ""})
    is_active_and_agreed = Q(state=Reader.State.ACTIVE, consents__contains=[channel])
    return ~has_no_address & is_active_and_agreed


def drawn_key() -> Cast:
    """A key between 0 and ``KEYS`` - 1, drawn by the database for every row."""
    return Cast(Floor(Random() * KEYS), models.SmallIntegerField())


class ReaderQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Readers this user may open.

        Staff with a campus see that campus, other staff all, a reader only themself.
        """
        if not user.can("readers.view"):
            return self.filter(user=user)
        # A reader without a campus is nobody's at a campus, only the whole library's.
        if user.campus_id:
            return self.filter(campus_id=user.campus_id)
        return self

    def reachable(self, channel: str):
        """Readers whose row allows ``channel``: active, with an address, agreed.

        Suppression is not looked at: it holds hashes, so every address would have to be hashed.
        """
        return self.filter(allowed_by(channel))

    def mailable(self):
        """Readers who may be mailed: active, with an address, consent to e-mail, not suppressed.

        The one rule; ``queries`` says it in SQL and of one reader, and a test holds the three
        together.
        """
        return self.reachable(ContactChannel.EMAIL).exclude(pk__in=self.suppressed())

    def suppressed(self) -> list[int]:
        """Ids of those whose row allows e-mail but whose address is on the suppression list.

        The list holds keyed hashes, so every address has to be hashed to be compared; where there
        is no list, none is.
        """
        listed = Suppression.objects.filter(channel=ContactChannel.EMAIL)
        digests = {bytes(digest) for digest in listed.values_list("digest", flat=True)}
        if not digests:
            return []

        found = set()
        addresses = self.reachable(ContactChannel.EMAIL).values_list("pk", "email")
        for pk, email in addresses.iterator():
            if not digests.isdisjoint(address_digests(email)):
                found.add(pk)
        return sorted(found)

    def unreachable(self):
        """Readers no channel leads to."""
        by_any = Q()
        for channel in ContactChannel.values:
            by_any |= allowed_by(channel)
        return self.exclude(by_any)


class Reader(models.Model):
    """One person the library serves. Never holds a title, call number or search term.

    ``(source, number)`` is the identity an import matches on. ``consents`` lists the channels
    allowed *now*; ConsentEvent holds how it came to be. ``traits`` are imported attributes without
    a column of their own.
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
    campus = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus")
    )
    college = models.ForeignKey(
        College, models.PROTECT, null=True, blank=True, verbose_name=_("college")
    )
    cohort = models.SmallIntegerField(_("entry year"), null=True, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    email_made = models.BooleanField(_("address made by the import"), default=False)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    wechat = models.CharField(_("WeChat openid"), max_length=64, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default="zh-hans"
    )
    # An array and no table of its own: who may be mailed is asked of every row at once.
    consents = ArrayField(
        models.CharField(max_length=16),
        default=list,
        blank=True,
        verbose_name=_("allowed channels"),
    )
    traits = models.JSONField(_("traits"), default=dict, blank=True)
    registered_on = models.DateField(_("registered"), null=True, blank=True)
    last_seen_on = models.DateField(_("last seen"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="reader"
    )
    import_batch = models.ForeignKey(
        "crm.ImportBatch", models.SET_NULL, null=True, blank=True, related_name="created_readers"
    )
    #: Drawn once by chance, and nothing else: counts of readers whom nobody here may open get their
    #: noise from the keys of those counted (``core.disclosure.about``).
    count_key = models.SmallIntegerField(db_default=drawn_key(), editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = ReaderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="reader_source_number")
        ]
        indexes = [
            models.Index(fields=["kind", "campus"], name="reader_kind_campus"),
            # Nobody is looked up by an empty address, and most rows of a file may have one.
            models.Index(fields=["email"], name="reader_email", condition=~Q(email="")),
        ]

    def __str__(self):
        return self.name or self.number

    def get_absolute_url(self):
        return reverse("crm:reader-detail", args=[self.pk])

    def allows(self, channel: str) -> bool:
        """Whether consent was given; ``queries.may_be_mailed`` says whether it suffices."""
        return channel in self.consents

    def address_on(self, channel: str) -> str:
        """Where ``channel`` leads to, empty when there is no address on it."""
        return getattr(self, ADDRESS_FIELDS[channel])

    @property
    def is_suppressed(self) -> bool:
        """True when the reader's e-mail address must never be mailed again."""
        return Suppression.objects.for_email(self.email).exists()


class ConsentEvent(models.Model):
    """One giving or withdrawing of consent; the ledger is only ever appended to."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="consent_events")
    channel = models.CharField(max_length=16, choices=ContactChannel.choices)
    granted = models.BooleanField()
    source = models.CharField(max_length=40)
    wording = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]


class SuppressionQuerySet(models.QuerySet):
    def for_email(self, address: str):
        """What keeps ``address`` from being mailed; nothing for an empty one."""
        if not address:
            return self.none()
        return self.filter(channel=ContactChannel.EMAIL, digest__in=address_digests(address))


class Suppression(models.Model):
    """A keyed hash of an address that must never be mailed again.

    Not even when a later import brings the address back.
    """

    channel = models.CharField(max_length=16, choices=ContactChannel.choices)
    digest = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "digest"], name="suppression_once")
        ]


#: reader id, kind, time, source, reference within the source
ActivityRow = tuple[int, str, datetime, str, str]


class ActivityQuerySet(models.QuerySet):
    def log(self, rows: Iterable[ActivityRow]) -> int:
        """Append activities; a ``(source, ref)`` that is there already is left alone.

        Returns how many rows were offered, not how many were new.
        """
        offered = []
        for reader, kind, at, source, ref in rows:
            activity = Activity(reader_id=reader, kind=kind, at=at, source=source, ref=ref)
            offered.append(activity)

        self.bulk_create(offered, ignore_conflicts=True, batch_size=2000)
        return len(offered)


class Activity(models.Model):
    """Something a reader did, as a kind and a time: never which title.

    ``(source, ref)`` says which row elsewhere it stands for, so importing or projecting it twice
    changes nothing.
    """

    class Kind(models.TextChoices):
        LOAN = "loan", _("Loan")
        RENEWAL = "renewal", _("Renewal")
        VISIT = "visit", _("Visit")
        EVENT = "event", _("Event attended")
        CLICK = "click", _("Link followed")
        ANSWER = "answer", _("Survey answered")
        VOICE = "voice", _("Said something")
        CONTRIBUTION = "contribution", _("Contribution")

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="activities")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    at = models.DateTimeField(_("time"))
    campus = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus")
    )
    source = models.CharField(max_length=32)
    ref = models.CharField(max_length=64)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.UniqueConstraint(fields=["source", "ref"], name="activity_source_ref")
        ]
        indexes = [
            # For segments, which count a kind's activities by reader without opening the table.
            models.Index(fields=["kind", "at"], include=["reader"], name="activity_kind_at"),
            # For the page of one reader, newest first.
            models.Index(fields=["reader", "-at"], name="activity_reader_at"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {timezone.localdate(self.at)}"
