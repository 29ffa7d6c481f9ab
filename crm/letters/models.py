"""The row of every single letter: what it says, to whom it goes, and how far it is.

PostgreSQL is the queue of record: the row's state is the truth and Celery only says "there is
work".
"""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet
from core.tones import Toned
from crm.staff.models import PAGES

#: A letter that has been due for so long, while the sweep looks every few seconds, says that no
#: worker runs. Nothing follows from it but that people are told.
STALLED_AFTER = timedelta(minutes=3)
#: A letter that waits longer than this is one that somebody should know of.
LATE_AFTER = timedelta(minutes=15)
#: Later than that a letter would only puzzle whoever gets it.
LIFE = timedelta(days=7)
#: The links and codes of account mail end about then.
ACCOUNT_LIFE = timedelta(days=3)


class LetterPurpose(models.TextChoices):
    """What a letter is for; it decides what is asked of its address once more before it goes."""

    NOTICES = "notices", _("Notice")
    ACCOUNT = "account", _("Account")
    PROMOTION = "promotion", _("What is no notice")


class LetterKind(models.TextChoices):
    """What caused a letter."""

    VOICE_REPLY = "voice.reply", _("Answer to a voice")
    WORK_THANKS = "work.thanks", _("Thanks for a work")
    CONFIRMATION = "confirmation", _("Confirmation")
    NOTICE = "notice", _("Notice")
    DECISION = "decision", _("Something to decide")
    CLAIM_LINK = "claim.link", _("Link to claim a record")
    CONTENT_TEST = "content.test", _("Test mail of a content")
    SENDER_TEST = "sender.test", _("Test mail of a sender")
    PROMOTION_TEST = "promotion.test", _("Test mail of the other sender")
    PROMOTION_SUBSCRIBERS = "promotion.subscribers", _("What subscribers get")
    ACCOUNT_VERIFY = "account.verify", _("Account · address to be confirmed")
    ACCOUNT_RESET = "account.reset", _("Account · new password")
    ACCOUNT_SUBSCRIPTION = "account.subscription", _("Subscription · to be confirmed")
    ACCOUNT_NOTICE = "account.notice", _("Account · something changed")

    @staticmethod
    def purpose_of(kind: str) -> LetterPurpose:
        """Some purposes are told by the beginning of their kinds; everything else is a notice.

        ``kind`` need not be one of the members: kinds of before stay in old rows.
        """
        beginning = kind.partition(".")[0]
        return OF_KINDS.get(beginning, LetterPurpose.NOTICES)


#: Beginnings of kinds that tell another purpose than a notice.
OF_KINDS = {"account": LetterPurpose.ACCOUNT, "promotion": LetterPurpose.PROMOTION}


class LetterState(models.TextChoices):
    """Outside ``Letter``, whose constraints could not name it otherwise."""

    PENDING = "pending", _("Waits to be mailed")
    INFLIGHT = "inflight", _("Being mailed")
    SENT = "sent", _("Mailed")
    FAILED = "failed", _("Not mailed")
    SKIPPED = "skipped", _("Left out")
    UNKNOWN = "unknown", _("Not certain")


class FailureCode(models.TextChoices):
    """Why a mail did not go out, where the mail server's words are not the reason."""

    BAD_ADDRESS = "bad_address", _("the address is not a valid one")
    UNREACHABLE = "unreachable", _("the mail server does not answer")
    SENDER_REFUSED = "sender_refused", _("the mail server refuses the library's sender address")
    SERVER_LOST = "server_lost", _("the mail server broke off")
    NO_JOURNAL = "no_journal", _("the disk of this program's journal is full or away")
    NOT_COMPOSED = "not_composed", _("the message could not be composed")
    WORKER_DIED = "worker_died", _("the sending process ended while this was on its way")
    LEASE_OVER = "lease_over", _("nobody reported back in time")
    TOO_LATE = "too_late", _("it could not be mailed while it was still of use")
    BEFORE_UPGRADE = "before_upgrade", _("it was not mailed before the upgrade of this program")
    RESTORED = "restored", _("data was restored from a backup: it may have gone out since")
    SUPPRESSED = "suppressed", _("address is on the suppression list")
    NO_CONSENT = "no_consent", _("has withdrawn consent")
    UNDELIVERABLE = "undeliverable", _("no letter reaches the address")
    STOPPED = "stopped", _("the reader is on the stop list")
    HELD_BACK = "held_back", _("what it belongs to is paused")
    FREQUENCY = "frequency_since", _("the mailbox has had as many mails as the library sends")


class AddressTrouble(models.TextChoices):
    """Why no letter reaches an address; kept with its reader until it changes or is tried again."""

    INVALID = "invalid", _("no mail can be sent to such an address")
    REFUSED = "refused", _("its mail server says that there is no such mailbox")
    RETURNED = "returned", _("a letter came back: there is no such mailbox")
    INTERNATIONAL = "international", _("our mail server takes no address with such letters")


class LetterQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """All letters for staff of the whole library; others theirs and their campus's readers'.

        None for who lacks ``letters.view``. Of a campus's staff: those they sent, and those to
        readers of it.
        """
        if not user.can("letters.view"):
            return self.none()
        if user.campus_id:
            return self.filter(Q(by=user) | Q(reader__campus_id=user.campus_id))
        return self

    def due(self):
        """Letters that could go out now."""
        now = timezone.now()
        return self.filter(state=LetterState.PENDING, due_at__lte=now, expires_at__gt=now)

    def stalled(self):
        """Letters that are due while nobody tries them: no worker runs."""
        since = timezone.now() - STALLED_AFTER
        return self.filter(state=LetterState.PENDING, due_at__lt=since)

    def late(self):
        """Letters that have waited too long, whether somebody tried them or not."""
        since = timezone.now() - LATE_AFTER
        waiting = [LetterState.PENDING, LetterState.INFLIGHT]
        return self.filter(state__in=waiting, queued_at__lt=since)


class Letter(Toned, models.Model):
    """One letter to one address, written once (``once``) and mailed at most once by itself.

    ``unknown`` means: may have gone, a person decides about a resend. ``about`` names what caused
    it as the audit trail names objects ("feedback.voice:12"). ``text`` and ``html`` are as rendered
    and are dropped when they are of no more use: account mail's, which may hold a secret, as soon
    as it was mailed or has expired, others' at the end of their term.
    """

    TONES: ClassVar = {
        LetterState.SENT: "green",
        LetterState.FAILED: "red",
        LetterState.UNKNOWN: "red",
        LetterState.SKIPPED: "amber",
    }

    State = LetterState
    #: States that a person may send on its way once more.
    RESENDABLE = (State.FAILED, State.UNKNOWN)
    #: States that a person may put aside.
    SKIPPABLE = (State.PENDING, State.FAILED, State.UNKNOWN)

    kind = models.CharField(_("kind"), max_length=40)
    purpose = models.CharField(max_length=16, choices=LetterPurpose.choices)
    once = models.CharField(max_length=120, unique=True)
    address = models.CharField(_("address"), max_length=254)
    reader = models.ForeignKey(
        "crm.Reader", models.CASCADE, null=True, blank=True, related_name="letters"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    about = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # The name shown beside the library's address, and what a mail program reads: ways out.
    sender = models.CharField(max_length=120, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Since when it waits: from its writing on, or from when somebody sent it on its way again.
    queued_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=LetterState.SENT) | Q(sent_at__isnull=False),
                name="letter_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=LetterState.INFLIGHT) | Q(lease_until__isnull=False),
                name="letter_inflight_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="letter_due", condition=Q(state=LetterState.PENDING)
            ),
            # What a claim asks: of one purpose what was due first.
            models.Index(
                fields=["purpose", "due_at", "id"],
                name="letter_due_of_purpose",
                condition=Q(state=LetterState.PENDING),
            ),
            models.Index(
                fields=["lease_until"],
                name="letter_leased",
                condition=Q(state=LetterState.INFLIGHT),
            ),
            # What a launch, a limit and the end of a content ask: a few contents among all letters.
            models.Index(
                fields=["about", "state"],
                name="letter_to_subscribers",
                condition=Q(kind=LetterKind.PROMOTION_SUBSCRIBERS),
            ),
            # What the desk's first page asks for at every visit is a handful of all rows.
            models.Index(
                fields=["state"],
                name="letter_troubled",
                condition=Q(state__in=[LetterState.FAILED, LetterState.UNKNOWN]),
            ),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        """The page of this letter at the desk."""
        return reverse("crm:letter-detail", args=[self.pk])

    @property
    def about_url(self) -> str:
        """Where what caused it can be seen; empty where that has no page.

        ``about`` is "app.model:key". Whether this person may open the page is asked there.
        """
        label, _colon, pk = self.about.partition(":")
        if not pk:
            return ""
        name = PAGES.get(label, f"{label.replace('.', ':', 1)}-detail")
        try:
            return reverse(name, args=[pk])
        except NoReverseMatch:
            return ""

    @property
    def kind_in_words(self) -> str:
        """The kind's name; a kind that is not among the known ones as it is.

        In the present language.
        """
        if self.kind in LetterKind.values:
            return str(LetterKind(self.kind).label)
        return self.kind

    @property
    def reason_in_words(self) -> str:
        """One of our own reasons in the current language, or somebody's own words.

        Mail servers repeat the address, which not everybody who may read the reason may see.
        """
        if self.reason in FailureCode.values:
            return str(FailureCode(self.reason).label)
        return self.reason.replace(self.address, "…")

    @property
    def detail(self) -> str:
        """What is to be said beside the state: when it was mailed, or why it was not.

        In the present language; "" where there is nothing to say. Of one that waits also when it is
        tried next.
        """
        if self.was_sent:
            return _moment(self.sent_at)
        reason = self.reason_in_words
        if reason and self.state == self.State.PENDING:
            values = {"when": _moment(self.due_at), "reason": reason}
            return gettext("next try %(when)s: %(reason)s") % values
        return reason

    @property
    def body_is_shown(self) -> bool:
        """Account mail may hold a secret that opens somebody's account.

        So its text is shown to nobody at the desk. By its purpose alone.
        """
        return self.purpose != LetterPurpose.ACCOUNT

    @property
    def has_body(self) -> bool:
        """False once its text was dropped: then it cannot be mailed any more.

        A text or an HTML form of it.
        """
        return bool(self.text or self.html)

    @property
    def is_resendable(self) -> bool:
        """Whether a person may send it on its way once more.

        By its state, and as long as it has a body. The verb asks the same in its own statement.
        """
        return self.state in self.RESENDABLE and self.has_body

    def is_stalled(self, at) -> bool:
        """``LetterQuerySet.stalled`` for one letter at a moment: it is due and nobody tries it."""
        return self.state == self.State.PENDING and self.due_at < at - STALLED_AFTER

    @property
    def is_skippable(self) -> bool:
        """Whether a person may put it aside.

        By its state (``SKIPPABLE``). The verb asks the same in its own statement.
        """
        return self.state in self.SKIPPABLE

    @property
    def is_in_doubt(self) -> bool:
        """It may have gone out, so that sending it again may make a second copy.

        No journal says how it ended.
        """
        return self.state == self.State.UNKNOWN

    @property
    def was_sent(self) -> bool:
        """The mail server has taken it.

        Whether it reached anybody is another question: it may still come back.
        """
        return self.state == self.State.SENT


def _moment(at) -> str:
    """A moment in the library's own time, as the present language writes it."""
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
