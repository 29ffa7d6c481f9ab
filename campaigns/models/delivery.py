"""Contents, the rows that say who gets them, and the links that say what came of it.

PostgreSQL is the queue of record: a Delivery's state is the truth and Celery only says "there is work".
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from campaigns.models.channel import Channel
from crm.models import Reader


class ContentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Contents belong to campaigns and are the whole library's: every member of staff sees all, a reader none."""
        return self if user.can("campaigns.view") else self.none()


class Content(models.Model):
    """What goes out over one channel. ``body`` is cleaned HTML with ``{name}``-style placeholders, never a template.

    ``trouble`` is why sending as a whole stands still (the mail server is away); empty once a batch has gone through.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENDING = "sending", _("Sending")
        PAUSED = "paused", _("Paused")
        SENT = "sent", _("Sent")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="contents")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="contents", verbose_name=_("channel"))
    title = models.CharField(_("internal title"), max_length=120)
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preview text"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    sender_name = models.CharField(_("sender's name"), max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    due_at = models.DateTimeField(_("send at"), null=True, blank=True, help_text=_("Empty: at once when launched"))
    launched_at = models.DateTimeField(null=True, blank=True)
    launched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    #: What an author types; all the rest is moved by verbs.
    TYPED = ("title", "subject", "preheader", "body", "sender_name", "due_at")

    objects = ContentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(launched_at__isnull=True, launched_by__isnull=True)
                | Q(launched_at__isnull=False, launched_by__isnull=False),
                name="content_launched_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", launched_at__isnull=True)
                | (~Q(state="draft") & Q(launched_at__isnull=False)),
                name="content_draft_until_launched",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("campaigns:content-detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_open(self) -> bool:
        """Launched and not finished: there may still be something to send."""
        return self.state in (self.State.SENDING, self.State.PAUSED)


class Delivery(models.Model):
    """One content to one reader, exactly once. ``unknown`` means: may have gone, a person decides about a resend."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        CLAIMED = "claimed", _("Claimed")
        INFLIGHT = "inflight", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Skipped")
        UNKNOWN = "unknown", _("Unknown")
        HOLDOUT = "holdout", _("Holdout")

    # Its lookups are served by delivery_once and delivery_due; every further index is written on every change of state.
    content = models.ForeignKey(Content, models.CASCADE, related_name="deliveries", db_index=False)
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    segment_ids = ArrayField(models.IntegerField(), default=list)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    clicked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["content", "reader"], name="delivery_once"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="delivery_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["content", "due_at"], name="delivery_due", condition=Q(state="pending")),
            models.Index(
                fields=["lease_until"], name="delivery_leased", condition=Q(state__in=["claimed", "inflight"])
            ),
        ]


class TrackedLink(models.Model):
    """A short link for one placement. Only ``code`` travels; the target is stored here and cannot be changed by a URL.

    ``carries_key`` appends the recipient's signed key to a target on this site (a survey invitation).
    """

    code = models.CharField(max_length=12, unique=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="links")
    content = models.ForeignKey(Content, models.CASCADE, null=True, blank=True, related_name="links")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="links", verbose_name=_("channel"))
    placement = models.CharField(_("placement"), max_length=120)
    target = models.CharField(_("target"), max_length=500)
    carries_key = models.BooleanField(default=False)
    clicks = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.placement

    def get_absolute_url(self):
        return f"/go/{self.code}"


class Click(models.Model):
    """One following of a link; ``delivery`` is null for posters and posts, whose visitors stay anonymous.

    ``ref`` names the line of the click journal it came from, so flushing a journal twice counts once.
    """

    link = models.ForeignKey(TrackedLink, models.CASCADE, related_name="click_rows")
    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, blank=True, related_name="clicks")
    at = models.DateTimeField()
    ref = models.CharField(max_length=48, unique=True)

    class Meta:
        indexes = [models.Index(fields=["link", "at"], name="click_link_at")]
