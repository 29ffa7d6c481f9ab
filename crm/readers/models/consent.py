"""What consent is given to, the ledger of it, and the addresses nothing is sent to any more."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.addresses import address_digests
from crm.readers.models.notice import Notice


class ContactChannel(models.TextChoices):
    """A way to reach one person; consent is given and withdrawn per channel."""

    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    SMS = "sms", _("Text message")
    WECHAT = "wechat", _("WeChat")


class Purpose(models.TextChoices):
    """What the library writes for; consent is given and withdrawn per channel and purpose."""

    NOTICES = "notices", _("Notices")
    EVENTS = "events", _("Events and calls")
    SURVEYS = "surveys", _("Surveys")
    RESEARCH = "research", _("Research")


#: What 0.1 sent to whoever had allowed a channel, and what a file's yes to a channel covers. Nobody
#: was asked about research (docs/adr/0023).
COVERED = (Purpose.NOTICES, Purpose.EVENTS, Purpose.SURVEYS)
#: Between a channel and a purpose, in the text that stands for both.
BETWEEN = ":"


def permission(channel: str, purpose: str) -> str:
    """The two as one text, as ``Reader.consents`` holds it: "email:events".

    Raises ValueError for an unknown channel or purpose.
    """
    return f"{ContactChannel(channel)}{BETWEEN}{Purpose(purpose)}"


def permissions(channel: str, purposes: Iterable[str] = tuple(Purpose)) -> list[str]:
    """The permissions of one channel, for all purposes or for those given, in their order."""
    return [permission(channel, purpose) for purpose in purposes]


def permissions_for(channel: str, purpose: str) -> list[str]:
    """The permission of one channel for ``purpose``, as a list of one; where none is named, those
    for every purpose.
    """
    if not purpose:
        return permissions(channel)
    return permissions(channel, [purpose])


def parts_of(permission: str) -> tuple[ContactChannel, str]:
    """(channel, purpose) of a permission, as ``permission`` put them together. Raises ValueError
    for an unknown channel.
    """
    channel, _between, purpose = permission.partition(BETWEEN)
    return ContactChannel(channel), purpose


class StopReason(models.TextChoices):
    """Why staff have stopped every mail to somebody. It is told to nobody who may not open them."""

    DECEASED = "deceased", _("has died")
    ILLNESS = "illness", _("is ill")
    DISPUTE = "dispute", _("is in a dispute with the library")
    OTHER = "other", _("another reason")


#: Column of a reader that holds the address on each channel.
ADDRESS_FIELDS = {
    ContactChannel.EMAIL: "email",
    ContactChannel.SMS: "phone",
    ContactChannel.WECHAT: "wechat",
}


class ConsentEventQuerySet(models.QuerySet):
    def about(self, channel: str, purpose: str):
        """What was said of a channel and purpose, newest first as the model orders it; words of
        0.1, which name no purpose, were said of the whole channel and are among them.
        """
        return self.filter(channel=channel, purpose__in=["", purpose])


#: Most rows come from files and have no such key; they stand in no index of it.
SELDOM = {"null": True, "blank": True, "related_name": "+", "db_index": False}


class ConsentEvent(models.Model):
    """One giving or withdrawing of consent; the ledger is only ever appended to.

    ``purpose`` is empty in rows of 0.1, which spoke of a whole channel. ``notice`` is the text that
    the person had before them. Of somebody erased the row keeps ``erased``, a random token, in
    place of the person.
    """

    reader = models.ForeignKey("Reader", models.CASCADE, null=True, related_name="consent_events")
    erased = models.CharField(max_length=32, blank=True, db_default="")
    channel = models.CharField(max_length=16, choices=ContactChannel.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices, blank=True, db_default="")
    granted = models.BooleanField()
    source = models.CharField(max_length=40)
    wording = models.CharField(max_length=200, blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, **SELDOM)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, **SELDOM)
    # The import that wrote it. No key: the ledger outlives the imports.
    import_run = models.BigIntegerField(null=True, editable=False)

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=[name], name=f"consent_{name}", condition=Q((f"{name}__isnull", False))
            )
            for name in ("notice", "by")
        ]


class SuppressionQuerySet(models.QuerySet):
    def stopping(self, channel: str, purpose: str):
        """What stops letters of ``purpose`` on ``channel``; a row without purpose stops all."""
        return self.filter(channel=channel, purpose__in=["", purpose])

    def of_address(self, channel: str, address: str):
        """The rows of ``address``, in whichever writing; nothing for an empty one.

        Addresses are not stored: rows are found by their keyed digests.
        """
        if not address:
            return self.none()
        return self.filter(channel=channel, digest__in=address_digests(address))

    def of_reader(self, reader):
        """The rows of the addresses that lead to the reader, on whichever channel; one query, and
        none of a reader without any address.
        """
        found = self.none()
        for channel in ContactChannel.values:
            found |= self.of_address(channel, reader.address_on(channel))
        return found


class Suppression(models.Model):
    """A keyed hash of an address that must never be written to again for ``purpose``.

    Not even when a later import brings the address back. An empty purpose stops every one: so it
    stands in rows of 0.1 and in those of people who were erased.
    """

    #: Why an address is listed, in ``reason``. ``JOINED``: only because another record of the same
    #: person is kept from its own address; a person's own no makes it ``WITHDRAWN``.
    WITHDRAWN, ERASED, JOINED = "unsubscribed", "erased", "joined"

    channel = models.CharField(max_length=16, choices=ContactChannel.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices, blank=True, db_default="")
    digest = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "purpose", "digest"], name="suppression_once"
            )
        ]
