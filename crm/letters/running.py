"""What all runs that hand mail over share: when they end, and what one bad message may spoil."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from core.addresses import BadAddress
from crm.letters import smtp
from crm.letters.endings import Ending, SendResult
from crm.letters.journal import Journal
from crm.letters.models import FailureCode
from crm.letters.skeleton import Message
from crm.letters.stopping import stop

log = logging.getLogger(__name__)


class MailRun:
    """One run with its own journal. ``more`` says whether to come back at once.

    ``sends`` is what one of its rows is called in the log, ``batch_seconds`` how long a batch may
    begin further messages.
    """

    sends: ClassVar[str]
    batch_seconds: ClassVar[float]
    #: Something came up while a batch was under way: nothing further of it is begun.
    halted = False

    def __init__(self, journal: Journal, deadline: float):
        self.journal = journal
        self.deadline = deadline
        self.more = True
        #: Mails that came to an end: taken by the server or, of letters, refused for good.
        self.done = 0

    @property
    def over(self) -> bool:
        """Time is up (``deadline`` on the monotonic clock), or the worker has been asked to end.

        Then no further message is begun; the one in hand is ended.
        """
        return bool(stop) or time.monotonic() > self.deadline

    def batch(self, connection: smtp.Connection) -> bool:
        """One claimed batch from claim to commit; False when nothing was due.

        For each sort of mail its own class says how. Every claimed row is settled when it returns.
        """
        raise NotImplementedError

    def work(self) -> None:
        """Send until nothing is due, time is up, or the connection brings nothing forward any more.

        Raises Unreachable, with every row settled, when the server takes nothing from our sender.
        """
        while self.more and not self.over:
            before = self.done
            with smtp.Connection() as connection:
                self.use(connection)
            # A connection that was lost before it brought anything forward would be lost again.
            if not connection.alive and self.done == before:
                self.give_way()

    def give_way(self) -> None:
        """End the run over a connection that was lost before it brought anything forward."""
        self.more = False

    def use(self, connection: smtp.Connection) -> None:
        """Send batches over one connection as long as it lives.

        Raises Unreachable when the server takes nothing from our sender.
        """
        while self.more and connection.alive and not self.over:
            self.more = self.batch(connection)
            # Nobody's address is to blame, and every further message would be refused as well.
            if connection.sender_refused:
                raise smtp.SenderRefused(connection.sender_refused)

    def composed(
        self, rows: Iterable, write: Callable[..., Message], results: dict[int, SendResult]
    ) -> Iterator[Message]:
        """The messages that ``write`` makes of the rows, one by one; ends early when time is up.

        One that cannot be written fails alone and is put into ``results``.
        """
        until = time.monotonic() + self.batch_seconds
        for row in rows:
            if stop or self.halted or time.monotonic() > until:
                return
            try:
                yield write(row)
            except BadAddress:
                results[row.pk] = SendResult(row.pk, Ending.REFUSED, FailureCode.BAD_ADDRESS)
            # One row's texts or values must not keep all others from going.
            except Exception:
                log.exception("%s %s could not be composed", self.sends, row.pk)
                results[row.pk] = SendResult(row.pk, Ending.REFUSED, FailureCode.NOT_COMPOSED)
