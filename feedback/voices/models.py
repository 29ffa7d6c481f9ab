import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.plan.models import Campaign
from core.access import VisibleQuerySet
from core.provenance import Provenance
from core.tones import Toned
from crm.letters.models import Letter
from crm.readers.models import Reader
from crm.staff.models import Campus


class VoiceQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Staff see all, a reader their own.

        Staff of one campus see what names it, and what names none unless its reader belongs
        elsewhere.
        """
        if not user.can("voices.view"):
            return self.said_by(user)
        if not user.campus_id:
            return self

        names_this_campus = Q(campus_id=user.campus_id)
        reader_not_elsewhere = Q(reader__isnull=True) | Q(reader__campus_id=user.campus_id)
        names_none = Q(campus__isnull=True)
        return self.filter(names_this_campus | (names_none & reader_not_elsewhere))

    def said_by(self, user):
        """What the reader said to whom this account belongs; none for an account of no reader."""
        return self.filter(reader__user=user)

    def on_show(self):
        """What everybody reads under “you said, we did”."""
        return self.let_through().filter(shown=True).exclude(done="")

    def let_through(self):
        """Without those that wait for a look, or were put aside as sent by a program."""
        # By what they are and not by what they are not: so an index finds them among all.
        return self.filter(state__in=Voice.LET_THROUGH)

    def held(self):
        """Those that wait for a look, themselves or with what was written to them later."""
        waits = VoiceMessage.objects.filter(voice=OuterRef("pk"), state=MessageState.HELD)
        return self.filter(Q(state=Voice.State.HELD) | Exists(waits))

    def waiting(self):
        """Voices that the library has not answered yet; what is set apart waits for no answer."""
        return self.filter(state__in=Voice.WAITING)

    def with_due(self):
        """Each with ``due``: until when it should have its first answer, None where it had one.

        ``Voice.answer_due_at`` is the same rule for one.
        """
        terms = [When(answered_at__isnull=False, then=None)]
        for kind, days in Voice.ANSWER_WITHIN.items():
            terms.append(When(kind=kind, then=F("received_at") + timedelta(days=days)))
        return self.annotate(due=Case(*terms, output_field=DateTimeField()))

    def with_newest(self, state: str):
        """Each with ``newest`` and ``newest_at``: what its reader added last, and when.

        Of messages in ``state``, a MessageState; None where there is none.
        """
        written = VoiceMessage.objects.filter(
            voice=OuterRef("pk"), from_reader=True, state=state
        ).order_by("-at", "-pk")
        return self.annotate(
            newest=Subquery(written.values("text")[:1]),
            newest_at=Subquery(written.values("at")[:1]),
        )

    def late(self, at=None):
        """Voices without a first answer after the time their kind allows.

        ``Voice.is_overdue`` is the same rule for one.
        """
        at = at or timezone.now()
        due = Q()
        for kind, days in Voice.ANSWER_WITHIN.items():
            due |= Q(kind=kind, received_at__lt=at - timedelta(days=days))
        return self.let_through().filter(due, answered_at__isnull=True, closed_at__isnull=True)


class VoiceState(models.TextChoices):
    """Outside ``Voice``, which could not name single ones in its own body otherwise."""

    HELD = "held", _("Being looked at")
    ASIDE = "aside", _("Put aside")
    RECEIVED = "received", pgettext_lazy("state of a voice", "Received")
    WORKING = "working", _("In hand")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", pgettext_lazy("voice", "Closed")


class Voice(Toned, models.Model):
    """Something a reader told the library.

    ``reference`` is what they keep; ``secret`` lets them follow it unsigned.
    """

    class Kind(models.TextChoices):
        SUGGESTION = "suggestion", _("Suggestion")
        COMPLAINT = "complaint", _("Complaint")
        QUESTION = "question", pgettext_lazy("voice", "Question")
        PRAISE = "praise", _("Praise")

    class Category(models.TextChoices):
        SEATS = "seats", _("Seats taken")
        NOISE = "noise", _("Noise")
        BELONGINGS = "belongings", _("Belongings left")
        HIDDEN_BOOKS = "hidden_books", _("Books hidden")
        FOOD = "food", _("Eating and drinking")
        COLLECTION = "collection", _("Collections")
        SPACE = "space", _("Rooms and equipment")
        SERVICE = "service", _("Service")
        OTHER = "other", _("Other")

    State = VoiceState
    TONES: ClassVar = {
        State.HELD: "amber",
        State.RECEIVED: "amber",
        State.ANSWERED: "green",
        State.CLOSED: "green",
    }
    #: States of a voice that perhaps a program sent, and that nobody has let through.
    SET_APART = (State.HELD, State.ASIDE)
    #: States of one that the library has not answered yet, and of all that were let through.
    WAITING = (State.RECEIVED, State.WORKING)
    LET_THROUGH = (*WAITING, State.ANSWERED, State.CLOSED)

    #: Days within which each kind should have its first answer (this library's own setting).
    ANSWER_WITHIN = {
        Kind.SUGGESTION: 5,
        Kind.COMPLAINT: 2,
        Kind.QUESTION: 1,
        Kind.PRAISE: 5,
    }

    client_id = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="From the browser: sent twice, kept once."
    )
    reference = models.CharField(_("reference"), max_length=16, unique=True)
    # The reference is read aloud at the desk, so it must not open the conversation by itself.
    secret = models.CharField(max_length=24)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.SUGGESTION)
    category = models.CharField(
        _("about"), max_length=16, choices=Category.choices, default=Category.OTHER
    )
    text = models.TextField(_("text"))
    campus = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus")
    )
    reader = models.ForeignKey(
        Reader, models.SET_NULL, null=True, blank=True, related_name="voices"
    )
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="voices"
    )
    # Checked by its form as every address is (core.addresses).
    email = models.CharField(_("e-mail for the answer"), max_length=254, blank=True)
    # That of the page it was typed on: the answer's letter keeps to it. Empty in older rows.
    language = models.CharField(_("language"), max_length=8, blank=True, db_default="")
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RECEIVED
    )
    # Why it was held, a code of crm.staff.words.Suspicion.
    suspected = models.CharField(max_length=12, blank=True, editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("with whom"),
    )
    done = models.CharField(_("what we did"), max_length=300, blank=True)
    shown = models.BooleanField(_("show under “you said, we did”"), default=False)
    # What everybody reads there: the reader's own words without what points at a person.
    public_text = models.TextField(_("wording for everybody"), blank=True, db_default="")
    provenance = models.CharField(max_length=10, choices=Provenance.choices, default=Provenance.OWN)
    received_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("voice")
        verbose_name_plural = _("voices")
        indexes = [models.Index(fields=["state", "received_at"], name="voice_state_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(shown=False) | ~Q(public_text=""), name="voice_shown_has_its_wording"
            )
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """The page for staff; whoever said it reads ``followed_url``."""
        return reverse("feedback:voice-detail", args=[self.pk])

    @property
    def followed_url(self):
        """Where whoever said it reads what became of it, signed in or not: the address holds the
        code, so it stands in letters and on no page.
        """
        return reverse("feedback:voice-follow", args=[self.reference, self.secret])

    @property
    def own_url(self):
        """The way there for whoever said it while signed in: it opens to nobody else."""
        return reverse("feedback:voice-own", args=[self.reference])

    @property
    def answer_due_at(self):
        """Until when the first answer should have gone out: as many days as its kind allows."""
        return self.received_at + timedelta(days=self.ANSWER_WITHIN[self.kind])

    @property
    def is_waited_for(self) -> bool:
        """True while its reader waits for an answer, or for the look before it."""
        return self.state in (self.State.HELD, self.State.RECEIVED, self.State.WORKING)

    @property
    def is_set_apart(self) -> bool:
        """True while it waits for a look, or was put aside."""
        return self.state in self.SET_APART

    def is_overdue(self, at=None) -> bool:
        """True while no first answer came and the time its kind allows is over at a moment (now, by
        default).

        ``VoiceQuerySet.late`` is the same rule for many.
        """
        at = at or timezone.now()
        is_settled = self.answered_at is not None or self.closed_at is not None
        if is_settled or self.is_set_apart:
            return False
        return at > self.answer_due_at


class MessageState(models.TextChoices):
    """Whether a turn of the conversation is one, or was perhaps sent by a program."""

    HELD = "held", _("Being looked at")
    ASIDE = "aside", _("Put aside")
    TAKEN = "taken", pgettext_lazy("state of a voice", "Received")


class VoiceMessage(Toned, models.Model):
    """One turn of the conversation, or an internal note (``internal``), oldest first."""

    TONES: ClassVar = {MessageState.HELD: "amber"}

    voice = models.ForeignKey(Voice, models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    from_reader = models.BooleanField(default=False)
    internal = models.BooleanField(default=False)
    text = models.TextField(_("text"))
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=MessageState.choices,
        default=MessageState.TAKEN,
        db_default=MessageState.TAKEN,
    )
    # Why it was held, a code of crm.staff.words.Suspicion.
    suspected = models.CharField(max_length=12, blank=True, db_default="", editable=False)
    at = models.DateTimeField(default=timezone.now)
    # None where the reader left no address: then nothing is mailed.
    letter = models.OneToOneField(
        Letter, models.SET_NULL, null=True, blank=True, related_name="voice_message"
    )

    class Meta:
        verbose_name = _("message about a voice")
        verbose_name_plural = _("messages about voices")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                fields=["voice"], name="voice_message_held", condition=Q(state=MessageState.HELD)
            )
        ]

    @property
    def spoken_by(self) -> str:
        """Whose words they are, as the desk reads it: a reader's, a colleague's, the library's."""
        if self.from_reader:
            return str(_("Reader"))
        return str(self.author or _("The library"))

    @property
    def is_set_apart(self) -> bool:
        """True while it waits for a look, or was put aside."""
        return self.state != MessageState.TAKEN
