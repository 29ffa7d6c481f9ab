import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from core.access import VisibleQuerySet, may
from core.drawings import drawing_for
from core.provenance import Provenance
from core.tones import DerivedState, Toned
from crm.letters.models import Letter
from crm.readers.models import Reader


class CallQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Staff with "calls.view" see all, drafts included; everybody else what is published."""
        if may(user, "calls.view"):
            return self
        return self.published()

    def published(self):
        """Calls that stand on the public pages, closed ones included."""
        return self.filter(published=True)

    def open(self, at=None):
        """Calls that take works at a moment (now, by default); ``Call.is_open`` is the same rule
        for one.
        """
        at = at or timezone.now()
        return self.filter(published=True, opens_at__lte=at, closes_at__gt=at)


class CallState(models.TextChoices):
    """How a call stands: by whether it was published, and by the clock."""

    OPEN = "open", pgettext_lazy("call", "open")
    DRAFT = "draft", _("Draft")
    NOT_OPEN = "not_open", _("not open")


class Call(DerivedState, models.Model):
    """An invitation to make something with the library."""

    State = CallState
    TONES: ClassVar = {State.OPEN: "green", State.DRAFT: "amber"}

    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("campaign"),
    )
    slug = models.SlugField(pgettext_lazy("web", "address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    brief = models.TextField(_("what we are looking for"))
    rules = models.TextField(_("rules"), blank=True)
    licence = models.TextField(_("licence the author gives"))
    longest = models.PositiveIntegerField(_("longest text, characters"), default=2000)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    published = models.BooleanField(_("published"), default=False)
    provenance = models.CharField(max_length=10, choices=Provenance.choices, default=Provenance.OWN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at"]
        verbose_name = _("call for contributions")
        verbose_name_plural = _("calls for contributions")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=models.F("closes_at")), name="call_in_order"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The public page of the call."""
        return reverse("feedback:call-detail", args=[self.slug])

    @property
    def drawing(self) -> str:
        """The name of the drawing beside it: decoration, chosen apart from those of its works."""
        return drawing_for(-self.pk)

    def is_open(self, at=None) -> bool:
        """True while works are taken: from the moment of opening up to, and not including, that of
        closing, and only once it is published.

        ``CallQuerySet.open`` is the same rule for many.
        """
        at = at or timezone.now()
        if not self.published:
            return False
        return self.opens_at <= at < self.closes_at

    @property
    def state(self) -> CallState:
        """Whether works are taken now, and whether it was published at all."""
        if not self.published:
            return self.State.DRAFT
        if self.is_open():
            return self.State.OPEN
        return self.State.NOT_OPEN

    def is_upcoming(self, at=None) -> bool:
        """True before works are taken, whether it is published or not."""
        at = at or timezone.now()
        return at < self.opens_at


class SubmissionQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Staff with "calls.view" see all, an author their own, drafts among them."""
        if user.can("calls.view"):
            return self
        return self.written_by(user)

    def written_by(self, user):
        """Drafts and works of the reader this account belongs to; none for an
        account of no reader.
        """
        return self.filter(author__user=user)

    def readable_by(self, user):
        """At the public address: what is on show for everybody, the rest for its author alone.

        Staff read works on the desk, where their authors' names are left out.
        """
        on_show = self.on_show()
        # Somebody without an account has no roles to ask about.
        if not user.is_authenticated:
            return on_show
        return on_show | self.written_by(user)

    def received(self):
        """Works sent in and not taken back, decided or not."""
        return self.filter(state__in=Submission.RECEIVED)

    def set_apart(self):
        """Works that perhaps a program sent, and that nobody has let through."""
        return self.filter(state__in=Submission.SET_APART)

    def on_show(self):
        """What everybody may read."""
        return self.filter(state=Submission.State.PUBLISHED)


class WorkState(models.TextChoices):
    """Outside ``Submission``, whose constraints could not name it otherwise."""

    DRAFT = "draft", _("Draft")
    HELD = "held", _("Being looked at")
    ASIDE = "aside", _("Put aside")
    SUBMITTED = "submitted", _("Submitted")
    ACCEPTED = "accepted", _("Accepted")
    PUBLISHED = "published", _("Published")
    DECLINED = "declined", _("Not chosen")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Submission(Toned, models.Model):
    """A reader's work. Publishing needs the licence they agreed to, word for word."""

    State = WorkState
    TONES: ClassVar = {
        State.DRAFT: "amber",
        State.HELD: "amber",
        State.SUBMITTED: "amber",
        State.PUBLISHED: "green",
    }
    #: States of a work that was sent in and not taken back.
    RECEIVED = (State.SUBMITTED, State.ACCEPTED, State.PUBLISHED, State.DECLINED)
    #: Held until somebody has looked, or put aside then.
    SET_APART = (State.HELD, State.ASIDE)
    #: The others: works that nobody has sent in, that their author took back, or that perhaps a
    #: program sent.
    NOT_RECEIVED = tuple(sorted(set(State) - set(RECEIVED)))

    client_id = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="From the browser: sent twice, kept once."
    )
    call = models.ForeignKey(Call, models.PROTECT, related_name="submissions")
    author = models.ForeignKey(Reader, models.PROTECT, related_name="submissions")
    pen_name = models.CharField(_("name to print"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    # A copy and not a key: the call's licence may be rewritten, what was agreed to may not.
    licence_agreed = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    # Why it was held (a code of crm.staff.words.Suspicion), and when it was sent in: until somebody
    # lets it through it is not submitted, and no figure counts it.
    suspected = models.CharField(max_length=12, blank=True, editable=False)
    held_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    thanks = models.TextField(_("thanks"), blank=True)
    thanked_at = models.DateTimeField(null=True, blank=True)
    # Thanks are said on the page even where no mail can go out.
    letter = models.OneToOneField(
        Letter, models.SET_NULL, null=True, blank=True, related_name="submission"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("work")
        verbose_name_plural = _("works")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=WorkState.PUBLISHED)
                | (
                    Q(published_at__isnull=False, published_by__isnull=False)
                    & ~Q(licence_agreed="")
                ),
                name="submission_published_with_licence",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="submission_published_pair",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The public page; before it is published its author alone can open it."""
        return reverse("feedback:work-detail", args=[self.pk])

    @property
    def drawing(self) -> str:
        """The name of the drawing beside it: decoration, since a work has no picture."""
        return drawing_for(self.pk)

    @property
    def own_url(self):
        """Where its author goes on: a draft is written on, everything else is read."""
        if self.state == self.State.DRAFT:
            return reverse("feedback:work-edit", args=[self.call.slug, self.pk])
        return self.get_absolute_url()


class GoneWork(models.Model):
    """A work that went with its erased author: that one was sent in stays in the figures.

    ``maker`` is a random key, the same for all works of one person and of no use elsewhere;
    ``delivery`` the row that stays in the arm in which the person was.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="gone_works")
    maker = models.UUIDField()
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("work that is gone")
        verbose_name_plural = _("works that are gone")


class Review(models.Model):
    """One reviewer's score; the reviewer's page shows no author."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(
        _("score"), validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    note = models.TextField(pgettext_lazy("of a review", "note"), blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["submission", "reviewer"], name="review_once"),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=10), name="review_score_1_to_10"
            ),
        ]
