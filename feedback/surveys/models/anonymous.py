"""Anonymous answers on their way, the keys they are sealed with, and who took part."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.surveys.models.survey import Survey


class Participation(models.Model):
    """That somebody took part in an anonymous survey, by day; nothing here leads to the answers.

    ``digest`` is a keyed hash of the person. ``receipt`` is one of what the browser sent, with its
    random id: it tells a replay from a change.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="participations")
    digest = models.BinaryField(max_length=32)
    receipt = models.BinaryField(max_length=32)
    # A moment would pair the rows with the answers held at the same moment.
    day = models.DateField()
    # Written anew with the others of its batch: place and transaction number say no more than that.
    mixed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["survey", "digest"], name="participation_once")
        ]
        indexes = [
            models.Index(fields=["survey"], condition=Q(mixed=False), name="participation_unmixed")
        ]


class AnswerKey(models.Model):
    """The public half of a key that anonymous answers are sealed with; the newest is in use.

    The private half is in the workers' environment alone. ``opened_at`` is when a worker last had
    it in its hands. ``mac`` vouches for the public half by the privacy key, which whoever writes
    into the database alone does not have: for another key nothing is sealed.
    """

    public = models.BinaryField(max_length=32, unique=True)
    mac = models.BinaryField(max_length=32, null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("key for answers")
        verbose_name_plural = _("keys for answers")


class HeldAnswer(models.Model):
    """A sealed anonymous answer on its way: kept at once, mixed into responses with others later.

    ``key`` is None for what 0.1 held in the open, until the next run seals it (ADR 0021).
    ``from_before``: held when boxes had no mark yet; only the owner of the tables says so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="held_answers")
    key = models.ForeignKey(AnswerKey, models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField()
    from_before = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("sealed answer")
        verbose_name_plural = _("sealed answers")


class SpentBox(models.Model):
    """The number of a sealed answer that was written, or deleted unread: a copy of it is refused.

    The number stands in the box alone, so it leads to no answer and no person.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+")
    nonce = models.BinaryField(max_length=16)

    class Meta:
        verbose_name = _("number of a mixed answer")
        verbose_name_plural = _("numbers of mixed answers")
        constraints = [
            models.UniqueConstraint(fields=["survey", "nonce"], name="spent_box_once"),
        ]
