"""The sending loop: claim a batch, write it down, send it, settle it; stop in time."""

import logging
import time

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.contents.models import Content
from campaigns.sending import delivery, limit
from campaigns.sending.mail import Mail, Recipient
from core.disks import is_full
from crm.letters import running, smtp
from crm.letters.endings import LEASE, Ending, SendResult
from crm.letters.journal import Journal
from crm.letters.skeleton import Message
from crm.letters.stopping import stop
from crm.readers.queries import NotMailable

log = logging.getLogger(__name__)

#: Rows of one claim, and the most that a run which dies keeps waiting.
BATCH = 500
#: A run gives way after this long, so that other contents get their turn and a stopping worker is
#: not kept waiting.
CHUNK_SECONDS = 20


class Run(running.MailRun):
    """One run over one content."""

    sends = "delivery"
    # Well before its lease ends, however slow the mail server is.
    batch_seconds = LEASE.total_seconds() / 3

    def __init__(self, content: Content, journal: Journal, deadline: float):
        """``deadline`` is on the monotonic clock. Reads what is known of the campaign's bounces."""
        super().__init__(journal, deadline)
        self.content = content
        self.mails: dict[str, Mail] = {}
        self.watch = limit.Watch(content.campaign_id)

    def mail(self, language: str) -> Mail:
        """The content compiled in ``language``, once per run."""
        if language not in self.mails:
            self.mails[language] = Mail(self.content, language)
        return self.mails[language]

    def batch(self, connection: smtp.Connection) -> bool:
        """One claimed batch from claim to commit; False when nothing was due, or a limit has
        stopped the campaign.
        """
        token = self.journal.begin()
        claimed = delivery.claim(self.content, token, BATCH)
        if not claimed:
            return False

        results = _skipped(self.content, claimed)
        wanted = _pks_without(results, claimed)
        # Committed before anything leaves: whatever happens now, nobody claims these again.
        ours = delivery.mark_inflight(token, wanted)
        recipients = [to for to in claimed if to.pk in ours]
        # Composed one by one while sending, so that no 500 messages stand in memory.
        messages = self.composed(recipients, self.write, results)
        for answered in connection.send(messages, self.journal.intend):
            results[answered.pk] = self.note(answered)
        self.journal.flush()

        # Stopped, out of time, or no longer ours: nothing of these has left.
        for pk in _pks_without(results, claimed):
            results[pk] = SendResult(pk, Ending.BACK)
        delivery.settle(token, results.values())
        # Only after the commit: a crash in between settles the same rows once more, to no effect.
        self.journal.settled(token)
        return not self.halted or not self.stopped()

    def may_begin(self) -> bool:
        """False where a limit was passed already, which stops the campaign."""
        return not self.watch.is_alarmed or not self.stopped()

    def stopped(self) -> bool:
        """Look at the campaign's limits; whether one of them has stopped it."""
        campaign = self.content.campaign_id
        if limit.stop_where_passed(campaign) is not None:
            return True
        # The rows say that nothing is to be stopped, so this run counts anew from them.
        self.halted = False
        self.watch = limit.Watch(campaign)
        return False

    def write(self, to: Recipient) -> Message:
        """The message to one recipient. Raises BadAddress."""
        return self.mail(to.language).write(to)

    def note(self, answered: smtp.Result) -> SendResult:
        """Put the server's answer into the journal, and return how the row ends. ``halted`` says
        from then on whether a limit may be passed.
        """
        self.halted = self.watch.note(answered.kind, answered.reason)
        if answered.kind == smtp.Answer.SENT:
            at = time.time()
            self.done += 1
            self.journal.accepted(answered.pk, at)
            return SendResult(answered.pk, Ending.SENT, at=at)
        # Unknown needs no line: the intent alone already says so.
        if answered.kind != smtp.Answer.UNKNOWN:
            self.journal.refused(answered.pk, answered.kind, answered.reason)
        return SendResult(answered.pk, Ending(answered.kind), answered.reason)


def _skipped(content: Content, claimed: list[Recipient]) -> dict[int, SendResult]:
    """By delivery, the rows whose address is on the suppression list, or has had enough mails."""
    reasons = dict.fromkeys(delivery.too_frequent(content, claimed), NotMailable.FREQUENCY_SINCE)
    # A refusal of the person's own outranks the cap, which may let mails through again.
    reasons |= dict.fromkeys(delivery.suppressed(content, claimed), NotMailable.SUPPRESSED)
    return {pk: SendResult(pk, Ending.SKIPPED, why) for pk, why in reasons.items()}


def _pks_without(results: dict[int, SendResult], claimed: list[Recipient]) -> list[int]:
    """The claimed deliveries that no result speaks of, in the order of the claim."""
    return [to.pk for to in claimed if to.pk not in results]


def send(content_id: int, *, seconds: float = CHUNK_SECONDS) -> bool:
    """Send what is due of one content for at most about ``seconds``; True when there is more to do
    at once.

    Any number of these may run for the same content, here or elsewhere. A limit that is passed
    meanwhile stops the campaign (``limit``).
    """
    content = _with_work(content_id)
    if content is None:
        delivery.finish(content_id)
        return False

    try:
        run = _run(content, seconds)
    except smtp.Unreachable as fault:
        Content.objects.filter(pk=content_id).update(trouble=str(fault))
        return False
    except OSError as fault:
        if not is_full(fault):
            raise
        # Without a journal nothing is sent: after a crash nobody could say what had gone.
        log.error("content %s waits for room: %s", content_id, fault)
        said = _("The disk is full: nothing is sent until there is room again.")
        Content.objects.filter(pk=content_id).update(trouble=said)
        return False

    # Something has gone through, so what the page says of the mail server is no longer true.
    if content.trouble and run.done:
        Content.objects.filter(pk=content_id).update(trouble="")
    delivery.finish(content_id)
    return run.more and not stop


def _run(content: Content, seconds: float) -> Run:
    """One run over the content, unless a limit stops it or its text cannot be compiled."""
    with Journal() as journal:
        run = Run(content, journal, time.monotonic() + seconds)
        if run.may_begin() and composes(run):
            run.work()
    return run


def _with_work(content_id: int) -> Content | None:
    """The content, if it is being sent and has rows that are due; else None."""
    sending = Content.objects.filter(pk=content_id, state=Content.State.SENDING)
    content = sending.select_related("channel").first()
    if content is None:
        return None
    if not delivery.due().filter(content_id=content_id).exists():
        return None
    return content


def composes(run: Run) -> bool:
    """Compile in every language before claiming; False, with the content paused and its trouble
    said, where that fails.

    A text that cannot be compiled at all stops the content, not 1,284 deliveries.
    """
    try:
        for language, _name in settings.LANGUAGES:
            run.mail(language)
    # Whatever it is, tried again it would be the same: the text has to be changed by a person.
    except Exception as fault:
        log.exception("content %s cannot be compiled", run.content.pk)
        run.more = False
        # Whoever stopped or ended it meanwhile is not overruled: hence the state in the filter.
        Content.objects.filter(pk=run.content.pk, state=Content.State.SENDING).update(
            state=Content.State.PAUSED,
            trouble=f"{type(fault).__name__}: {fault}"[:200],
            updated_at=timezone.now(),
        )
        return False
    return True
