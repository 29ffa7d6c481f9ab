"""Mailing letters that are due: claim a batch, write it down, send it, settle it; stop in time."""

import logging
import time
from collections.abc import Callable, Sequence
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from crm.letters import claiming, journal, smtp
from crm.letters.composing import compose
from crm.letters.endings import LEASE, Ending, SendResult
from crm.letters.journal import Journal
from crm.letters.models import FailureCode, Letter, LetterPurpose
from crm.letters.running import MailRun
from crm.letters.skeleton import Message
from crm.letters.stopping import stop

log = logging.getLogger(__name__)

#: Letters of one claim.
BATCH = 100
#: A run gives way after this long: a stopping worker is not kept waiting, and campaigns wait for
#: the same workers.
CHUNK_SECONDS = 20

#: Of some letters, why they may not go out (any more): the reason by letter.
Judge = Callable[[list[Letter]], dict[int, str]]
#: Which letters leave later just now, whatever they are due at; None for none.
Waits = Callable[[], claiming.LettersWait | None]


@cache
def judge() -> Judge:
    """Who may still be written to is known by a later room, which the settings name.

    The setting is LETTERS_JUDGED_BY, a dotted name of a function.
    """
    return import_string(settings.LETTERS_JUDGED_BY)


@cache
def waits() -> Waits:
    """When what may leave is known by a later room as well.

    The setting is LETTERS_WAIT_BY, a dotted name of a function.
    """
    return import_string(settings.LETTERS_WAIT_BY)


class LetterRun(MailRun):
    """One run over all that is due of its purposes; ``trouble`` is what the connection was lost
    by.
    """

    sends = "letter"
    # However slow the server is: Celery ends a task after four minutes.
    batch_seconds = LEASE.total_seconds() / 5

    def __init__(
        self,
        journal: Journal,
        deadline: float,
        purposes: Sequence[LetterPurpose] = claiming.ORDER,
    ):
        """``deadline`` is on the monotonic clock; ``purposes`` are claimed in their order."""
        super().__init__(journal, deadline)
        self.purposes = purposes
        self.trouble = ""
        #: The letter whose content may be leaving just now.
        self.begun: int | None = None
        #: The letter that was composed last.
        self.in_hand: Letter | None = None

    def give_way(self) -> None:
        """Raises Unreachable: the next connection might take a letter with it as well."""
        raise smtp.Unreachable(self.trouble)

    def batch(self, connection: smtp.Connection) -> bool:
        """One claimed batch from claim to commit; False when nothing was due."""
        # Asked for each batch, since hours in which nothing goes may begin during a run.
        claiming.wait(waits()())
        token = self.journal.begin()
        claimed = claiming.claim(token, BATCH, self.purposes)
        if not claimed:
            return False

        results: dict[int, SendResult] = {}
        try:
            self.send(connection, claimed, results)
        finally:
            # Also where the journal's disk is full: this process still knows what came of each.
            self.hand_back(claimed, results)
            claiming.settle(token, results.values())
        # Only after the commit: a crash in between settles the same rows once more, to no effect.
        self.journal.settled(token)
        return True

    def send(
        self,
        connection: smtp.Connection,
        claimed: list[Letter],
        results: dict[int, SendResult],
    ) -> None:
        """Hand the letters over and put into ``results`` what came of each."""
        results |= _left_out(claimed)
        wanted = [letter for letter in claimed if letter.pk not in results]
        messages = self.composed(wanted, self.write, results)
        for answered in connection.send(messages, self.intend):
            at = time.time()
            results[answered.pk] = SendResult(
                answered.pk, Ending(answered.kind), answered.reason, at=at
            )
            self.note(answered, at)
        self.journal.flush()

    def write(self, letter: Letter) -> Message:
        """The message of a letter, which is the last one in hand then. Raises BadAddress."""
        self.in_hand = letter
        return compose(letter)

    def intend(self, pk: int) -> None:
        """Write down that the content of ``pk`` leaves. OSError: it could not be, so it stays."""
        self.journal.intend(pk)
        self.begun = pk

    def note(self, answered: smtp.Result, at: float) -> None:
        """Put the server's answer into the journal.

        ``at`` is when it was answered, in seconds since 1970. OSError where the journal has no
        room.
        """
        if answered.kind in (smtp.Answer.SENT, smtp.Answer.REFUSED):
            self.done += 1
        if answered.kind == smtp.Answer.SENT:
            self.journal.accepted(answered.pk, at)
            return

        self.trouble = answered.reason
        # Unknown needs no line: the intent alone already says so.
        if answered.kind != smtp.Answer.UNKNOWN:
            self.journal.refused(answered.pk, answered.kind, answered.reason)

    def hand_back(self, claimed: list[Letter], results: dict[int, SendResult]) -> None:
        """What has no result waits again; only the one that was begun may have gone.

        ``results`` is {primary key: how it ended} and is added to: each claimed letter has one
        afterwards.
        """
        for letter in claimed:
            if letter.pk in results:
                continue
            if letter.pk == self.begun:
                ending = SendResult(letter.pk, Ending.UNKNOWN, FailureCode.WORKER_DIED)
            else:
                ending = SendResult(letter.pk, Ending.BACK)
            results[letter.pk] = ending


def _left_out(claimed: list[Letter]) -> dict[int, SendResult]:
    """The letters that may not go out any more, judged now and not when they were written."""
    found = {}
    for pk, reason in judge()(claimed).items():
        log.info("letter %s is left out: %s", pk, reason)
        found[pk] = SendResult(pk, Ending.SKIPPED, reason)
    return found


def send_due(*, seconds: float = CHUNK_SECONDS) -> bool:
    """Mail what is due for at most about ``seconds``; True when there is more to do at once.

    Any number of these may be called at the same time, here or elsewhere.
    """
    if not Letter.objects.due().exists():
        return False
    with claiming.a_slot() as purposes:
        if not purposes:
            return False
        return _send(time.monotonic() + seconds, purposes)


def _send(deadline: float, purposes: Sequence[LetterPurpose]) -> bool:
    """One run over what is due of these purposes; True where more is due. What stands in the way
    puts all off.
    """
    run = None
    try:
        with Journal(suffix=journal.LETTERS) as log_of_run:
            run = LetterRun(log_of_run, deadline, purposes)
            run.work()
    except smtp.SenderRefused as fault:
        log.warning("single letters wait, our sender is refused: %s", fault)
        claiming.put_off(FailureCode.SENDER_REFUSED, _refused_with(run))
        return False
    except smtp.Unreachable as fault:
        log.warning("single letters wait: %s", fault)
        claiming.put_off(FailureCode.UNREACHABLE)
        return False
    except OSError as fault:
        # The disk is full: without a journal a crash could leave a whole batch in doubt.
        log.error("single letters wait, the journal cannot be written: %s", fault)
        claiming.put_off(FailureCode.NO_JOURNAL)
        return False
    return run.more and not stop


def _refused_with(run: LetterRun) -> Sequence[LetterPurpose]:
    """What the server will not take from the sender that it has just refused: promotion has one of
    its own, of which nothing follows for the others.
    """
    if run.in_hand is not None and run.in_hand.purpose == LetterPurpose.PROMOTION:
        return [LetterPurpose.PROMOTION]
    return claiming.ORDER


def sweep() -> bool:
    """Settle what dead runs left behind, end what is of no more use; True where letters are due."""
    claiming.reconcile()
    claiming.expire()
    claiming.give_up()
    return Letter.objects.due().exists()
