"""What came back of the mails that went out."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.sending.models import Delivery


class ReturnKind(models.TextChoices):
    """What a returned message says."""

    BOUNCE = "bounce", _("came back")
    DELAY = "delay", _("is still being tried")
    COMPLAINT = "complaint", _("was reported as spam")


class ReturnedMail(models.Model):
    """One thing that was said of one mail, a campaign's or a single letter; said again, it is the
    same row.

    ``domain``: of the mailbox it went to. ``status``: the enhanced status, "5.1.1", where one was
    given. ``digest``: of the message that said it, so that the same one is taken in once.
    """

    Kind = ReturnKind

    kind = models.CharField(max_length=9, choices=ReturnKind.choices)
    delivery = models.ForeignKey(
        Delivery, models.CASCADE, null=True, blank=True, related_name="returns"
    )
    # The key of a single letter. No foreign key: letters go with whom they were written to, and
    # that one came back stays as a number.
    letter = models.BigIntegerField(null=True, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    status = models.CharField(max_length=12, blank=True)
    digest = models.BinaryField(max_length=32, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(delivery__isnull=True) | Q(letter__isnull=True),
                name="returned_one_mail",
            ),
            models.UniqueConstraint(fields=["delivery", "kind"], name="returned_delivery_once"),
            models.UniqueConstraint(fields=["letter", "kind"], name="returned_letter_once"),
        ]
        indexes = [models.Index(fields=["at"], name="returned_at")]


class ReturnDoor(models.Model):
    """Since when returned mail is taken in: the only row, or none where it is not.

    What came back of mails that went before is not known, and no zero. ``looked_at``: when the
    mailbox was read the last time; empty where there is none, and a mail server hands it over.
    """

    since = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("door for returned mail")
        verbose_name_plural = _("doors for returned mail")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="return_door_is_one")]

    def __str__(self):
        return str(self.since)
