from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.experiments.models import Arm
from campaigns.plan.models import Campaign, CampaignPartQuerySet, Channel
from core.tones import Toned
from crm.library.keeping import KeptPicture
from crm.readers.models import Purpose


class ContentState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Sending")
    PAUSED = "paused", _("Paused")
    SENT = "sent", _("Sent")


class Content(Toned, models.Model):
    """What goes out over one channel. ``body`` is cleaned HTML with ``{name}``-style placeholders,
    never a template.

    ``trouble`` is why sending as a whole stands still (the mail server is away); empty once a batch
    has gone through.
    """

    State = ContentState
    TONES: ClassVar = {
        State.PAUSED: "amber",
        State.SENDING: "green",
        State.SENT: "green",
    }

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="contents")
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="contents", verbose_name=_("channel")
    )
    # Its arm alone gets it; without one all arms do. Readers held out get none of either.
    arm = models.ForeignKey(
        Arm,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="contents",
        verbose_name=_("arm"),
    )
    title = models.CharField(_("internal title"), max_length=120)
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preview text"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    purpose = models.CharField(
        _("purpose"),
        max_length=16,
        choices=Purpose.choices,
        default=Purpose.NOTICES,
        help_text=_("Only readers who allowed mail for this purpose get it."),
    )
    # The name of a kept picture (crm.library.keeping), shown above the text; or empty.
    picture = models.CharField(max_length=44, blank=True, db_default="")
    picture_alt = models.CharField(
        _("what the picture shows"), max_length=120, blank=True, db_default=""
    )
    picture_width = models.PositiveIntegerField(default=0, db_default=0)
    picture_height = models.PositiveIntegerField(default=0, db_default=0)
    # People who are no readers and asked for letters of this purpose get it as single letters.
    to_subscribers = models.BooleanField(
        _("also to subscribers"),
        default=False,
        db_default=False,
        help_text=_("People without a library card who asked for letters of this purpose."),
    )
    sender_name = models.CharField(_("sender's name"), max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    due_at = models.DateTimeField(
        _("send at"), null=True, blank=True, help_text=_("Empty: at once when launched")
    )
    launched_at = models.DateTimeField(null=True, blank=True)
    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Also the version of the text: a run that compiled an older one claims nothing more.
    updated_at = models.DateTimeField(auto_now=True)

    PICTURE = ("picture", "picture_alt", "picture_width", "picture_height")
    #: What an author types; all the rest is moved by verbs.
    TYPED = (
        "title",
        "arm",
        "purpose",
        "to_subscribers",
        "subject",
        "preheader",
        "body",
        "sender_name",
        "due_at",
    )

    objects = CampaignPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(launched_at__isnull=True, launched_by__isnull=True)
                | Q(launched_at__isnull=False, launched_by__isnull=False),
                name="content_launched_pair",
            ),
            models.CheckConstraint(
                condition=Q(state=ContentState.DRAFT, launched_at__isnull=True)
                | (~Q(state=ContentState.DRAFT) & Q(launched_at__isnull=False)),
                name="content_draft_until_launched",
            ),
            models.CheckConstraint(
                condition=Q(picture="") | ~Q(picture_alt=""), name="content_picture_has_words"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("campaigns:content-detail", args=[self.pk])

    @property
    def shown_picture(self) -> KeptPicture | None:
        """The picture above the text; None where there is none."""
        if not self.picture:
            return None
        return KeptPicture(self.picture, self.picture_alt, self.picture_width, self.picture_height)

    @property
    def is_promotion(self) -> bool:
        """No notice: it has a sender of its own, waits in quiet hours, and counts for the cap."""
        return self.purpose != Purpose.NOTICES

    @property
    def is_draft(self) -> bool:
        """Not launched yet: nobody has been mailed, and everything may change."""
        return self.state == self.State.DRAFT

    @property
    def is_editable(self) -> bool:
        """Nothing goes out at this moment, and something still may: the text may be changed."""
        return self.state in (self.State.DRAFT, self.State.PAUSED)

    @property
    def why_not_editable(self) -> str:
        """Why the text may not be changed now, and what can be done about it; else empty."""
        if self.is_editable:
            return ""
        if self.state == self.State.SENT:
            return gettext("It has been sent; its text cannot be changed any more.")
        return gettext("Pause it first: a text is not changed while it goes out.")

    @property
    def is_sending(self) -> bool:
        """It goes out at this moment, as far as nothing holds it up."""
        return self.state == self.State.SENDING

    @property
    def is_open(self) -> bool:
        """Launched and not finished: there may still be something to send."""
        return self.state in (self.State.SENDING, self.State.PAUSED)
