"""Readers: who they are, and what each of them allows the library to send."""

from datetime import date, timedelta
from functools import partial

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Floor, Lower, Random, Right
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.access import VisibleQuerySet
from core.addresses import address_digests, digits_of
from core.disclosure.about import KEYS
from crm.letters.models import AddressTrouble, LetterPurpose, LetterState
from crm.readers.models.consent import (
    ADDRESS_FIELDS,
    ContactChannel,
    Purpose,
    StopReason,
    Suppression,
    permissions_for,
)
from crm.readers.models.writings import other_writings
from crm.staff.models import Campus, College


def allowed_by(channel: str, purpose: str = "") -> Q:
    """What a reader's own row says: active, with an address on ``channel`` that letters reach, and
    consent to it.

    Consent to ``purpose``, or to any where none is named. ``queries.allowed`` says it in SQL.
    """
    has_no_address = Q(**{ADDRESS_FIELDS[channel]: ""})
    agreed = Q(consents__overlap=permissions_for(channel, purpose))
    allowed = ~has_no_address & Q(state=Reader.State.ACTIVE) & agreed & ~is_stopped()
    if channel == ContactChannel.EMAIL:
        return allowed & Q(email_trouble="")
    return allowed


def is_stopped() -> Q:
    """What staff have said: nothing is sent to this reader, until a day or for good.

    ``queries.STOPPED`` says it in SQL.
    """
    still = Q(stop_until__isnull=True) | Q(stop_until__gt=timezone.now())
    return ~Q(stop_reason="") & still


#: Where a telephone number is looked up: its last digits, whatever stands before and between them.
LAST_DIGITS = 8


def last_digits() -> Right:
    """An expression: the end of a row's telephone number, as ``reader_phone`` indexes it."""
    return Right(digits_of("phone"), LAST_DIGITS)


#: Letters that have not gone, and may go by themselves or by a hand.
NOT_GONE = f"'{LetterState.PENDING}', '{LetterState.FAILED}'"
#: An address that a reader's row loses is kept until the person leaves, however it was written
#: over: by hand, by an import, by its undoing. What was sent there must be found then. A letter
#: that has not gone yet goes to the new one; account mail stays with whoever holds the account.
KEEP_FORMER = f"""
    INSERT INTO crm_formeraddress (reader_id, channel, address, until)
    SELECT NEW.id, channel, before, statement_timestamp()
    FROM (VALUES ('email', OLD.email, NEW.email),
                 ('sms', OLD.phone, NEW.phone),
                 ('wechat', OLD.wechat, NEW.wechat)) AS address(channel, before, after)
    WHERE before <> '' AND before <> after
    ON CONFLICT DO NOTHING;

    UPDATE crm_letter SET address = NEW.email
    WHERE reader_id = NEW.id AND state IN ({NOT_GONE})
      AND purpose <> '{LetterPurpose.ACCOUNT}'
      AND NEW.email <> '' AND lower(address) = lower(OLD.email);
    RETURN NULL;
"""


#: What was found out of an address is not said of another one. In small letters: capitals are no
#: other mailbox.
FORGET_TROUBLE = """
    IF lower(NEW.email) <> lower(OLD.email) AND NEW.email_trouble_at IS NOT DISTINCT FROM
       OLD.email_trouble_at THEN
        NEW.email_trouble := '';
        NEW.email_trouble_at := NULL;
    END IF;
    RETURN NEW;
"""


def drawn_key() -> Cast:
    """An expression: a key between 0 and ``KEYS`` - 1, drawn by the database for every row."""
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

    def bearing(self, key: int | None):
        """The one reader whose record has this key, or into whose record that one went; none for
        None. Old mails name the key of then.
        """
        if key is None:
            return self.none()
        joined = Q(merges__gone_key=key, merges__parted_at__isnull=True)
        return self.filter(Q(pk=key) | joined).distinct()

    def reachable(self, channel: str, purpose: str = ""):
        """Readers whose row allows ``channel``: active, with an address, agreed to ``purpose``.

        Without a purpose whoever agreed to any. Suppression is not looked at: it holds hashes, so
        every address would have to be hashed.
        """
        return self.filter(allowed_by(channel, purpose))

    def mailable(self, purpose: str):
        """Readers who may be mailed for ``purpose``: active, with an address, agreed, not
        suppressed.

        The one rule; ``queries`` says it in SQL and of one reader, and a test holds the three
        together.
        """
        found = self.reachable(ContactChannel.EMAIL, purpose)
        return found.exclude(pk__in=self.suppressed(purpose))

    def suppressed(self, purpose: str) -> list[int]:
        """Ids of those whose row allows mail for ``purpose`` but whose address is suppressed.

        Every address is hashed, since the list holds keyed hashes; where there is no list, none is.
        """
        listed = Suppression.objects.stopping(ContactChannel.EMAIL, purpose)
        digests = set(map(bytes, listed.values_list("digest", flat=True)))
        if not digests:
            return []

        found = set()
        reachable = self.reachable(ContactChannel.EMAIL, purpose)
        for pk, email in reachable.values_list("pk", "email").iterator():
            if not digests.isdisjoint(address_digests(email)):
                found.add(pk)
        return sorted(found)

    def reachable_for(self, purpose: str):
        """Readers whom any channel leads to for ``purpose``."""
        by_any = Q()
        for channel in ContactChannel.values:
            by_any |= allowed_by(channel, purpose)
        return self.filter(by_any)

    def unreachable(self):
        """Readers no channel leads to, for whichever purpose."""
        by_any = Q()
        for channel in ContactChannel.values:
            by_any |= allowed_by(channel)
        return self.exclude(by_any)


class Reader(models.Model):
    """One person the library serves. Never holds a title, call number or search term.

    ``(source, number)`` is the identity an import matches on. ``consents`` lists what is
    allowed *now*, by channel and purpose ("email:events"); ConsentEvent holds how it came to be.
    ``traits`` are imported attributes without a column of their own.
    """

    class Kind(models.TextChoices):
        UNDERGRADUATE = "undergraduate", _("Undergraduate")
        MASTER = "master", _("Master's student")
        DOCTORAL = "doctoral", _("Doctoral student")
        TEACHER = "teacher", _("Teacher")
        STAFF = "staff", _("Staff member")
        ALUMNUS = "alumnus", _("Alumnus")
        VISITOR = "visitor", _("Visitor")
        EXCHANGE = "exchange", _("Exchange student")
        PUBLIC = "public", _("Public reader")
        UNSAID = "unsaid", _("Not said")

    class Stage(models.TextChoices):
        """How far a student is; written by ``crm.standings`` alone, from dates."""

        NEW = "new", _("New student")
        ENROLLED = "enrolled", _("Enrolled")
        FINAL = "final", _("Final year")
        GRADUATED = "graduated", _("Graduated within a year")
        ALUMNUS = "alumnus", _("Alumnus")

    class State(models.TextChoices):
        ACTIVE = "active", _("Current")
        LEFT = "left", _("Left")

    source = models.CharField(_("source"), max_length=32, default="library")
    number = models.CharField(_("reader number"), max_length=64)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    # Empty for who is no student, and where no dates are known.
    stage = models.CharField(
        _("stage"), max_length=12, choices=Stage.choices, blank=True, db_default="", editable=False
    )
    campus = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus")
    )
    college = models.ForeignKey(
        College, models.PROTECT, null=True, blank=True, verbose_name=_("college")
    )
    cohort = models.SmallIntegerField(_("entry year"), null=True, blank=True)
    # Of the day of birth no more than the year is kept: it tells two people of one name apart.
    birth_year = models.SmallIntegerField(_("year of birth"), null=True, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    email_made = models.BooleanField(_("address made by the import"), default=False)
    # Why no letter reaches the address, and since when that is known; empty where nothing speaks
    # against it. Written by crm.readers.undeliverable; a trigger empties it with another address.
    email_trouble = models.CharField(
        _("trouble with the address"),
        max_length=16,
        choices=AddressTrouble.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    email_trouble_at = models.DateTimeField(null=True, blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    wechat = models.CharField(_("WeChat openid"), max_length=64, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default="zh-hans"
    )
    # Whoever is on the stop list gets nothing until the end of a day, or for good where that is
    # empty (crm.readers.stopping).
    stop_reason = models.CharField(
        _("nothing is sent, because the reader"),
        max_length=16,
        choices=StopReason.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    stop_until = models.DateTimeField(null=True, blank=True, editable=False)
    # An array and no table of its own: who may be mailed is asked of every row at once.
    consents = ArrayField(
        models.CharField(max_length=16), default=list, blank=True, verbose_name=_("what is allowed")
    )
    # Whether the library may compute about this person: see crm.privacy.actions.set_analytics.
    analytics = models.BooleanField(_("analytics allowed"), default=True, db_default=True)
    traits = models.JSONField(_("traits"), default=dict, blank=True)
    # When a code for claiming the record was printed last; it ends with the next one, or when staff
    # withdraw it (crm.identity.claims).
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
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
            models.UniqueConstraint(fields=["source", "number"], name="reader_source_number"),
            models.CheckConstraint(
                condition=Q(email_trouble="", email_trouble_at__isnull=True)
                | (~Q(email_trouble="") & Q(email_trouble_at__isnull=False)),
                name="reader_trouble_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(stop_reason="") | Q(stop_until__isnull=True),
                name="reader_stop_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "campus"], name="reader_kind_campus"),
            # Nobody is looked up by an empty address, and most rows of a file may have one.
            models.Index(Lower("email"), name="reader_email", condition=~Q(email="")),
            models.Index(last_digits(), name="reader_phone", condition=~Q(phone="")),
            other_writings("source", "reader_other_writing"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keeps_former_addresses",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("email", "phone", "wechat"),
                func=KEEP_FORMER,
            ),
            pgtrigger.Trigger(
                name="forgets_trouble_of_former_address",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("email"),
                func=FORGET_TROUBLE,
            ),
        ]

    def __str__(self):
        return self.name or self.number

    def get_absolute_url(self):
        """The page for staff; readers see themselves elsewhere."""
        return reverse("crm:reader-detail", args=[self.pk])

    def allows(self, channel: str, purpose: str = "") -> bool:
        """Whether consent was given, to ``purpose`` or, without one, to any.

        ``queries.may_be_mailed`` says whether it suffices.
        """
        suffices = permissions_for(channel, purpose)
        return not set(self.consents).isdisjoint(suffices)

    @property
    def is_stopped(self) -> bool:
        """Whether staff have stopped everything to them, as of now. A stop with a last day ends by
        itself; ``models.is_stopped`` is the same rule for many.
        """
        is_over = self.stop_until is not None and self.stop_until <= timezone.now()
        return bool(self.stop_reason) and not is_over

    @property
    def stop_last_day(self) -> date | None:
        """The last day on which nothing is sent; None without a stop, or for one without an end."""
        return self.stop_until and timezone.localdate(self.stop_until - timedelta(microseconds=1))

    def purposes_on(self, channel: str) -> list[str]:
        """The purposes allowed on ``channel``, in their fixed order; empty
        where it is not allowed.
        """
        return list(filter(partial(self.allows, channel), Purpose.values))

    def address_on(self, channel: str) -> str:
        """Where ``channel`` leads to, empty when there is no address on it. KeyError for no
        channel.
        """
        return getattr(self, ADDRESS_FIELDS[channel])

    def keys(self) -> list[int]:
        """Own key, and those of records that went into this one; asked anew each time.

        What names a reader by a key that nobody may change is found by any of them. The room that
        joins records stands above this one.
        """
        gone = self.merges.filter(parted_at__isnull=True).order_by("pk")
        return [self.pk, *gone.values_list("gone_key", flat=True)]

    def is_leaving(self) -> bool:
        """Whether they asked to be erased, and have not changed their mind; asked anew each time.

        The room that keeps these wishes stands above this one.
        """
        return Reader.objects.filter(pk=self.pk, departure__isnull=False).exists()


class FormerAddress(models.Model):
    """An address that stood in a reader's row until ``until``; written by a trigger alone."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="former_addresses")
    channel = models.CharField(max_length=16, choices=ContactChannel.choices)
    address = models.CharField(max_length=254)
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "channel", "address"], name="former_address_once"
            )
        ]

    def __str__(self):
        return self.address
