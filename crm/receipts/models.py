from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Longer than anybody keeps a page open to send it again, or a draft in a browser.
KEPT_FOR = timedelta(days=14)
#: Longer than a program that could not reach us over a long weekend tries again.
ANSWERS_KEPT_FOR = timedelta(days=7)


class FormReceiptQuerySet(models.QuerySet):
    def outdated(self):
        """Receipts that nobody will ask about again.

        Older than ``KEPT_FOR``, by the database's rows alone.
        """
        return self.filter(at__lt=timezone.now() - KEPT_FOR)


class FormReceipt(models.Model):
    """That a form was taken in, by the id its page was given: sent again, it is kept once.

    ``digest`` is the keyed hash of who sent what where, ``address`` the page that was shown then.
    """

    client_id = models.UUIDField(primary_key=True)
    digest = models.BinaryField(max_length=32)
    address = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = FormReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt of a form")
        verbose_name_plural = _("receipts of forms")

    def __str__(self):
        return str(self.client_id)


class KeptAnswerQuerySet(models.QuerySet):
    def outdated(self):
        """Answers that no program will ask for again.

        Older than ``ANSWERS_KEPT_FOR``.
        """
        return self.filter(at__lt=timezone.now() - ANSWERS_KEPT_FOR)


class KeptAnswer(models.Model):
    """What a program was answered, by the key it sent along: sent again, it is done once.

    ``key`` is the keyed hash of who sent which key where, ``digest`` of what was sent. The answer
    names rows by their place in the request, and no reader.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a program")
        verbose_name_plural = _("answers to programs")

    def __str__(self):
        return f"{self.status} {self.at}"
