"""What a plan is written of: goals, tasks, needs, and the cultural contents that answer them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.plan.models.campaign import Campaign, CampaignPartQuerySet


class MatchQuerySet(CampaignPartQuerySet):
    def of(self, campaign):
        """Content of every need of one campaign."""
        return self.filter(need__campaign=campaign)


class Goal(models.Model):
    """What the campaign is to reach, in words; what is measured stands in its standards."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="goals")
    text = models.CharField(_("goal"), max_length=300)

    objects = CampaignPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Task(models.Model):
    """What somebody has to do. ``owner`` is a name or a department, not an account."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tasks")
    text = models.CharField(_("task"), max_length=300)
    owner = models.CharField(_("who"), max_length=80, blank=True)
    done = models.BooleanField(_("done"), default=False)

    objects = CampaignPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Element(models.Model):
    """A cultural content the library could bring: a work, a collection, a custom, a brand."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="elements")
    text = models.CharField(_("cultural content"), max_length=300)
    resource = models.CharField(_("from which resource"), max_length=120, blank=True)

    objects = CampaignPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("culture element")
        verbose_name_plural = _("culture elements")
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Need(models.Model):
    """What readers need and where that is known from."""

    class Origin(models.TextChoices):
        SURVEY = "survey", _("Survey")
        VOICE = "voice", _("Readers' voices")
        BEHAVIOUR = "behaviour", _("Behaviour")
        PREVIOUS = "previous", _("Previous campaign")
        OTHER = "other", _("Other")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="needs")
    text = models.CharField(_("need"), max_length=300)
    origin = models.CharField(
        _("kind of source"), max_length=10, choices=Origin.choices, default=Origin.OTHER
    )
    source = models.CharField(_("where from"), max_length=120, blank=True)

    objects = CampaignPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Match(models.Model):
    """A need and the cultural content that answers it, how well and why."""

    class Strength(models.IntegerChoices):
        WEAK = 1, _("weak")
        FAIR = 2, _("fair")
        STRONG = 3, _("strong")

    need = models.ForeignKey(Need, models.CASCADE, related_name="matches", verbose_name=_("need"))
    element = models.ForeignKey(
        Element, models.CASCADE, related_name="matches", verbose_name=_("cultural content")
    )
    strength = models.PositiveSmallIntegerField(
        _("strength"), choices=Strength.choices, default=Strength.FAIR
    )
    reason = models.CharField(_("why it fits"), max_length=300, blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-strength", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["need", "element"], name="match_once"),
            models.CheckConstraint(
                condition=Q(strength__in=[1, 2, 3]), name="match_strength_1_to_3"
            ),
        ]

    def __str__(self):
        return f"{self.need} → {self.element}"

    @property
    def campaign(self) -> Campaign:
        """A match belongs to where its need belongs."""
        return self.need.campaign
