"""Surveys and their answers.

The whole response, a narrow vector for counting, open texts apart, and who took part.
"""

import uuid
from enum import Enum, auto
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.plan.models import Campaign, Channel
from campaigns.sending.models import Delivery
from core.access import VisibleQuerySet
from core.disclosure import SMALLEST_CELL
from core.localised import localised
from core.provenance import Provenance
from core.tones import Toned
from crm.readers.models import Reader
from crm.segments.models import Segment


class SurveyStage(Enum):
    """Where a survey stands at some moment."""

    DRAFT = auto()
    EARLY = auto()
    OPEN = auto()
    OVER = auto()


class OpeningTimes:
    """When readers may answer: the rule for one survey.

    For whatever carries ``state``, ``opens_at`` and ``closes_at``. The state says that a version is
    published: a survey leaves DRAFT by publishing its first one. ``SurveyQuerySet.open`` is the
    same rule for many; a test holds the two together at every boundary.
    """

    def stage(self, at=None) -> "SurveyStage":
        """How it stands at a moment (now, by default).

        Open from the moment of opening up to, and not including, the moment of closing; a missing
        one is no bound.
        """
        at = at or timezone.now()
        if self.state != Survey.State.OPEN:
            return UNTIMED[self.state]
        if self.opens_at is not None and at < self.opens_at:
            return SurveyStage.EARLY
        if self.closes_at is not None and self.closes_at <= at:
            return SurveyStage.OVER
        return SurveyStage.OPEN

    def is_open(self, at=None) -> bool:
        """True while answers are taken."""
        return self.stage(at) == SurveyStage.OPEN

    def is_over(self, at=None) -> bool:
        """True when no answers are taken any more. An anonymous survey then stays closed."""
        return self.stage(at) == SurveyStage.OVER

    def is_early(self, at=None) -> bool:
        """True when answers will be taken, but not yet."""
        return self.stage(at) == SurveyStage.EARLY


class BatchRule:
    """How many anonymous answers are mixed, of whatever carries ``anonymous, smallest_batch``."""

    @property
    def least_together(self) -> int:
        """k: the library's number, or the survey's own higher one."""
        return max(settings.ANONYMOUS_LEAST, self.smallest_batch or 0)

    @property
    def least_shown(self) -> int:
        """No figure rests on fewer answers, and no text or row is read of fewer."""
        if self.anonymous:
            return self.least_together
        return SMALLEST_CELL


class SurveyQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Staff who may see surveys see all; readers meet them by their address alone."""
        if user.can("surveys.view"):
            return self
        return self.none()

    def open(self, at=None):
        """Surveys that take answers now; ``OpeningTimes`` is the same rule for one."""
        at = at or timezone.now()
        always_open = Q(opens_at__isnull=True)
        return self.not_over(at).filter(always_open | Q(opens_at__lte=at))

    def not_over(self, at=None):
        """Surveys that take answers now or will by themselves: a mail may lead to them."""
        at = at or timezone.now()
        never_closes = Q(closes_at__isnull=True)
        return self.filter(never_closes | Q(closes_at__gt=at), state=Survey.State.OPEN)

    def open_to_everybody(self, at=None):
        """Open surveys that ask for neither an invitation nor membership."""
        return self.open(at).filter(by_invitation=False, audience__isnull=True)


class Survey(OpeningTimes, BatchRule, Toned, models.Model):
    """A questionnaire, perhaps a campaign's. ``by_invitation``: by the key from a mail alone."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", pgettext_lazy("survey", "Open")
        CLOSED = "closed", pgettext_lazy("survey", "Closed")

    TONES: ClassVar = {State.OPEN: "green", State.DRAFT: "amber"}

    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("campaign"),
    )
    slug = models.SlugField(pgettext_lazy("web", "address"), max_length=60, unique=True)
    title = models.JSONField(_("title"), default=dict)
    intro = models.JSONField(_("introduction"), default=dict, blank=True)
    thanks = models.JSONField(_("thanks"), default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    by_invitation = models.BooleanField(_("by invitation only"), default=False)
    anonymous = models.BooleanField(_("anonymous"), default=False)
    smallest_batch = models.PositiveSmallIntegerField(
        _("anonymous answers mixed together, at least"), null=True, blank=True
    )
    audience = models.ForeignKey(
        Segment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who may answer"),
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    # Held answers that were discarded because their key was lost; in no figure.
    unopened = models.PositiveIntegerField(default=0)
    provenance = models.CharField(max_length=10, choices=Provenance.choices, default=Provenance.OWN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(opens_at__lt=models.F("closes_at")),
                name="survey_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(smallest_batch__isnull=True)
                | Q(smallest_batch__gte=5, smallest_batch__lte=50),
                name="survey_smallest_batch_5_to_50",
            ),
        ]

    def __str__(self):
        return localised(self.title) or self.slug

    def get_absolute_url(self):
        """The page for staff; readers answer at ``public_url``."""
        return reverse("feedback:survey-detail", args=[self.pk])

    @property
    def public_url(self) -> str:
        """Where readers answer; staff work under ``get_absolute_url``."""
        return reverse("feedback:survey-answer", args=[self.slug])

    @property
    def traits(self) -> list[str]:
        """What is particular about answering it, in words."""
        traits = []
        if self.anonymous:
            traits.append(gettext("anonymous"))
        if self.by_invitation:
            traits.append(gettext("by invitation"))
        return traits

    def current_version(self) -> "SurveyVersion | None":
        """The newest version; None for a draft. One query."""
        return self.versions.order_by("-number").first()


#: States that mean the same at every moment.
UNTIMED = {Survey.State.DRAFT: SurveyStage.DRAFT, Survey.State.CLOSED: SurveyStage.OVER}


class Item(models.Model):
    """One question with a permanent ordinal that is never reused.

    ``analysis_key`` ties it to earlier years.
    """

    #: A multiple choice is stored as a bit mask in a float: exact up to 2**52.
    MOST_OPTIONS = 50

    class Kind(models.TextChoices):
        SINGLE = "single", _("One choice")
        MULTIPLE = "multiple", _("Several choices")
        SCALE = "scale", _("Scale")
        NPS = "nps", _("Recommendation 0 to 10")
        TEXT = "text", _("Open text")

    #: Kinds whose answers an editor writes; those of the others are numbers or words.
    WITH_OPTIONS = frozenset({Kind.SINGLE, Kind.MULTIPLE})

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="items")
    # Its place in the answer vectors: used again, it would read old answers as new ones.
    ordinal = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.JSONField(pgettext_lazy("survey", "question"), default=dict)
    help = models.JSONField(_("help"), default=dict, blank=True)
    required = models.BooleanField(_("required"), default=False)
    scale_max = models.PositiveSmallIntegerField(_("scale from 1 to"), default=5)
    low = models.JSONField(_("word at the low end"), default=dict, blank=True)
    high = models.JSONField(_("word at the high end"), default=dict, blank=True)
    analysis_key = models.SlugField(_("key for year-on-year"), max_length=40, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("survey item")
        verbose_name_plural = _("survey items")
        ordering = ["position", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "ordinal"], name="item_ordinal_once"),
            models.CheckConstraint(
                condition=Q(scale_max__gte=2, scale_max__lte=10), name="item_scale_2_to_10"
            ),
        ]

    def __str__(self):
        return localised(self.text)

    @property
    def has_options(self) -> bool:
        """True for kinds whose answers an editor writes."""
        return self.kind in self.WITH_OPTIONS

    def is_published(self) -> bool:
        """True when readers have seen this question in some version."""
        versions = SurveyVersion.objects.filter(survey_id=self.survey_id)
        # Looked up in what was published: the row itself is the working copy.
        holding_it = versions.filter(definition__items__contains=[{"ordinal": self.ordinal}])
        return holding_it.exists()


class Option(models.Model):
    """One choice of a question. Its ``code`` is what answers hold, and is never used again."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="options")
    code = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    text = models.JSONField(_("option"), default=dict)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="option_code_once")]

    def __str__(self):
        return localised(self.text)


class SurveyVersion(models.Model):
    """What readers saw: the whole definition as JSON with its hash. Never changed."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)
    structural = models.BooleanField(
        help_text="False when only wording changed since the version before."
    )
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("survey version")
        verbose_name_plural = _("survey versions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="version_number_once")
        ]
        # Answers are read by it for years; a bulk update would pass by any check in Python.
        triggers = [pgtrigger.Protect(name="immutable", operation=pgtrigger.Update)]

    def __str__(self):
        return f"{self.survey} v{self.number}"


class ResponseQuerySet(models.QuerySet):
    def counted(self):
        """Without those that look automatic: they are kept, and counted nowhere."""
        return self.filter(flagged=Response.UNFLAGGED)


class Response(models.Model):
    """One submitted questionnaire. The browser makes ``id``, so sending it twice stores it once.

    ``reader``, ``delivery`` and the time of day are empty for anonymous surveys; ``version``,
    ``channel`` and ``language`` are withheld there (NULL or "") where they would single out a few.
    """

    #: What a response is flagged with where nothing is wrong with it.
    UNFLAGGED = ""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses")
    version = models.ForeignKey(
        SurveyVersion, models.PROTECT, null=True, blank=True, related_name="responses"
    )
    reader = models.ForeignKey(
        Reader, models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, blank=True, related_name="+")
    # As they were when the mail went out or the answer came; no keys, since a segment may go.
    segment_ids = ArrayField(models.IntegerField(), default=list)
    language = models.CharField(max_length=8, blank=True)
    answers = models.JSONField(help_text="{item ordinal: code | [codes] | number | text}")
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of the answers: tells a replay from a change."
    )
    flagged = models.CharField(_("flag"), max_length=40, blank=True)
    submitted_at = models.DateTimeField()

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "reader"],
                condition=Q(reader__isnull=False),
                name="response_once_per_reader",
            )
        ]
        indexes = [models.Index(fields=["survey", "submitted_at"], name="response_survey_at")]


class ResponseVector(models.Model):
    """The countable part of a response: codes and numbers, their places fixed by ordinal."""

    response = models.OneToOneField(
        Response, models.CASCADE, primary_key=True, related_name="vector"
    )
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    codes = ArrayField(models.SmallIntegerField(null=True), default=list)
    nums = ArrayField(models.FloatField(null=True), default=list)
    weight = models.FloatField(default=1)

    class Meta:
        verbose_name = _("choices of a response")
        verbose_name_plural = _("choices of responses")


class AnswerText(models.Model):
    """One open answer, apart from the response, so that texts can be searched and shown alone."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="texts")
    item = models.ForeignKey(Item, models.PROTECT, related_name="texts")
    text = models.TextField()

    class Meta:
        verbose_name = _("written answer")
        verbose_name_plural = _("written answers")
        constraints = [
            models.UniqueConstraint(fields=["response", "item"], name="text_once_per_item")
        ]
