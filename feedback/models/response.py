"""Answers: the whole response, a narrow vector for counting, open texts apart, and who took part."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Channel, Delivery
from crm.models import Reader
from feedback.models.survey import Item, Survey, SurveyVersion


class Response(models.Model):
    """One submitted questionnaire. The browser makes ``id``, so sending it twice stores it once.

    ``reader``, ``delivery`` and the time of day are empty for anonymous surveys.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses")
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="responses")
    reader = models.ForeignKey(Reader, models.SET_NULL, null=True, blank=True, related_name="responses")
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="responses")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, blank=True, related_name="+")
    segment_ids = ArrayField(models.IntegerField(), default=list)
    language = models.CharField(max_length=8)
    answers = models.JSONField(help_text="{item ordinal: code | [codes] | number | text}")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the answers: tells a replay from a change.")
    flagged = models.CharField(_("flag"), max_length=40, blank=True)
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "reader"], condition=Q(reader__isnull=False), name="response_once_per_reader"
            )
        ]
        indexes = [models.Index(fields=["survey", "submitted_at"], name="response_survey_at")]


class ResponseVector(models.Model):
    """The countable part of a response: one flat array of codes and one of numbers, positions fixed by item ordinal."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="vector")
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    codes = ArrayField(models.SmallIntegerField(null=True), default=list)
    nums = ArrayField(models.FloatField(null=True), default=list)
    weight = models.FloatField(default=1)


class AnswerText(models.Model):
    response = models.ForeignKey(Response, models.CASCADE, related_name="texts")
    item = models.ForeignKey(Item, models.PROTECT, related_name="texts")
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "item"], name="text_once_per_item")]


class Participation(models.Model):
    """That somebody took part in an anonymous survey, by day: a keyed hash, and nothing that leads to the answers.

    ``receipt`` is a keyed hash of what the browser sent its random id included: it tells a replay from a change.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="participations")
    digest = models.BinaryField(max_length=32)
    receipt = models.BinaryField(max_length=32)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "digest"], name="participation_once")]


class HeldAnswer(models.Model):
    """An anonymous answer on its way: kept at once, then mixed with at least four others into Response rows.

    The table is emptied and rewritten as a whole by feedback/anonymity.py; see docs/adr on anonymous answers.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="held_answers")
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=8)
    answers = models.JSONField()
    flagged = models.CharField(max_length=40, blank=True)
