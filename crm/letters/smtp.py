"""Sending many messages over one SMTP connection, each answer told to the right message.

Where the server offers PIPELINING (RFC 2920) the content of one message and the envelope of the
next travel together: one round trip per mail. Elsewhere every command waits for its answer.
"""

import contextlib
import logging
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from crm.letters.models import FailureCode
from crm.letters.skeleton import Message, own_host
from crm.library.chosen import notices_sender

log = logging.getLogger(__name__)

FAULTS = (OSError, smtplib.SMTPException)
#: Replies that let an envelope go on: done, will forward, send the content.
ACCEPTED = (250, 251, 354)
DONE = 250
START_CONTENT = 354
CLOSING = 421
#: Replies from here on are refusals for good; below, the server may take it another time.
FOR_GOOD = 500
#: Letters of a reason that are kept: what the row of a delivery has room for.
LONGEST_REASON = 200
MAIL_FROM = b"MAIL FROM:"


class Answer(StrEnum):
    """What came of one message.

    Sent: accepted. Refused: for good (5xx). Later: not now (4xx), or lost before the content left.
    Unknown: lost after it left.
    """

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


class Unreachable(Exception):
    """The mail server cannot be spoken to, or takes nothing from our sender.

    The message says why, for people.
    """


class SenderRefused(Unreachable):
    """The server answers, and takes nothing from our sender."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the message ``pk``; ``reason`` is empty where it was sent."""

    pk: int
    kind: Answer
    reason: str = ""


def reason_of(code: int, text: bytes) -> str:
    """ "550 5.1.1 no such user", printable and short enough for the row."""
    words = " ".join(text.decode(errors="replace").split())
    printable = filter(str.isprintable, f"{code} {words}")
    return "".join(printable)[:LONGEST_REASON]


def reason_of_fault(fault: Exception) -> str:
    """The fault as it is kept with the letter, cut to the length of the column.

    The kind of the fault and what it says.
    """
    return f"{type(fault).__name__}: {fault}"[:LONGEST_REASON]


def answer_of(code: int) -> Answer:
    """What a reply other than acceptance means for its message.

    Refused from 500 on; every other code means later.
    """
    if code >= FOR_GOOD:
        return Answer.REFUSED
    return Answer.LATER


def connect() -> smtplib.SMTP:
    """A greeted, secured and signed-in connection after the mail settings. Raises Unreachable."""
    kind = smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        kind = smtplib.SMTP_SSL

    try:
        server = kind(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            local_hostname=own_host(),
            timeout=settings.EMAIL_TIMEOUT,
        )
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except FAULTS as fault:
        raise Unreachable(reason_of_fault(fault)) from fault
    return server


def on_the_wire(data: bytes) -> bytes:
    """A message as DATA wants it: leading dots doubled, ended by a dot alone (RFC 5321 4.5.2).

    ``data`` has the line ends of mail (CRLF) already.
    """
    data = data.replace(b"\r\n.", b"\r\n..")
    if data.startswith(b"."):
        data = b"." + data

    if data.endswith(b"\r\n"):
        return data + b".\r\n"
    return data + b"\r\n.\r\n"


class Connection:
    """``with Connection() as connection``: one connection, closed politely.

    ``alive`` is False once the server is lost or has said that it closes. ``sender_refused`` holds
    the server's words once it has refused our sender for good: no message is to blame then.
    ``closed_between`` is True once the server has closed after one message and before the next.
    """

    def __init__(self):
        """Connects. Raises Unreachable."""
        self.server = connect()
        self.pipelined = self.server.has_extn("pipelining")
        self.sender = notices_sender()
        self.sender_refused = ""
        self.closed_between = False
        self.answered = False
        self.alive = True

    def __enter__(self):
        return self

    def __exit__(self, error_type, error, trace):
        """Says goodbye where the server still listens and nothing was raised, and closes in any
        case.
        """
        try:
            if self.alive and error_type is None:
                with contextlib.suppress(*FAULTS):
                    self.server.quit()
        finally:
            self.server.close()

    def send(self, messages: Iterable[Message], intend: Callable[[int], None]) -> Iterator[Result]:
        """Send in order and yield a Result each; ``intend(pk)`` is called just before a content
        leaves.

        Ends early when the connection is lost or closed, or the sender refused: messages without a
        Result were never handed over.
        """
        if self.pipelined:
            results = self._send_pipelined(iter(messages), intend)
        else:
            results = self._send_stepwise(messages, intend)
        for result in results:
            self.answered = True
            yield result

    # --- one message after the other --------------------------------------------------------------
    def _send_stepwise(
        self, messages: Iterable[Message], intend: Callable[[int], None]
    ) -> Iterator[Result]:
        """Every command waits for its answer.

        A message is written only when its turn has come: what it says is as fresh as can be.
        """
        for message in messages:
            if not self.alive:
                return

            envelope = self._open(message)
            if self._is_turned_away:
                return
            if envelope.kind != Answer.SENT:
                yield envelope
                continue

            intend(message.pk)
            yield self._deliver(message, on_the_wire(message.data))

    # --- the next envelope with this content ------------------------------------------------------
    def _send_pipelined(
        self, waiting: Iterator[Message], intend: Callable[[int], None]
    ) -> Iterator[Result]:
        """One write and one round trip per message.

        Written are: the first envelope; the first content with the second envelope; the second
        content with the third envelope; and so on. The server answers in the same order.
        """
        current = next(waiting, None)
        # The answer to the envelope of ``current``, where it has been asked for already.
        envelope = None

        # An envelope that went ahead has its answer even if the server was lost with it.
        while current is not None and (self.alive or envelope is not None):
            if envelope is None:
                envelope = self._open(current)
            if self._is_turned_away:
                return
            if envelope.kind != Answer.SENT:
                yield envelope
                current, envelope = next(waiting, None), None
                continue

            # The next message must be written before this content leaves, so that its envelope can
            # travel with it.
            following = next(waiting, None)
            goes_ahead = self._may_go_ahead(following)
            data = on_the_wire(current.data)
            if goes_ahead:
                data += b"".join(self._commands(following))

            intend(current.pk)
            yield self._deliver(current, data)

            current, envelope = following, None
            if goes_ahead and self.alive:
                envelope = self._answers_to_envelope(following)

    def _may_go_ahead(self, following: Message | None) -> bool:
        """Whether the envelope of the next message may be sent behind the content of this one."""
        return following is not None and self._takes(following)

    # --- envelope ---------------------------------------------------------------------------------
    def _commands(self, message: Message) -> list[bytes]:
        """The envelope: who sends, who receives, and that the content comes next."""
        sender = MAIL_FROM + b"<%s>" % self._sender_of(message).encode()
        if not message.address.isascii():
            sender += b" SMTPUTF8"
        recipient = b"RCPT TO:<%s>" % message.address.encode()
        return [sender + b"\r\n", recipient + b"\r\n", b"DATA\r\n"]

    def _sender_of(self, message: Message) -> str:
        """Where a message that cannot be delivered comes back to."""
        return message.return_path or self.sender

    def _takes(self, message: Message) -> bool:
        """False for an address beyond ASCII that this server has not learnt to read (RFC 6531)."""
        return message.address.isascii() or self.server.has_extn("smtputf8")

    def _open(self, message: Message) -> Result:
        """Send the envelope and read its answers.

        Kind SENT means: the server waits for the content.
        """
        if not self._takes(message):
            reason = "553 5.6.7 the mail server takes no international addresses"
            return Result(message.pk, Answer.REFUSED, reason)
        if self.pipelined:
            return self._open_at_once(message)
        return self._open_stepwise(message)

    def _open_at_once(self, message: Message) -> Result:
        """The envelope in one write."""
        try:
            self.server.sock.sendall(b"".join(self._commands(message)))
        except FAULTS as fault:
            return self._lost(message, Answer.LATER, fault)
        return self._answers_to_envelope(message)

    def _open_stepwise(self, message: Message) -> Result:
        """The envelope command by command, each answer awaited."""
        try:
            for command in self._commands(message):
                self.server.sock.sendall(command)
                code, text = self.server.getreply()
                if code in ACCEPTED:
                    continue

                if command.startswith(MAIL_FROM):
                    self._judge_sender(message, code, text)
                return self._turned_down(message, code, text)
        except FAULTS as fault:
            return self._lost(message, Answer.LATER, fault)
        return Result(message.pk, Answer.SENT)

    def _answers_to_envelope(self, message: Message) -> Result:
        """Read the three answers to an envelope that was sent at once.

        The first refusal is the one that counts.
        """
        try:
            replies = self._read_replies()
            self._judge_sender(message, *replies[0])
            refused = [(code, text) for code, text in replies if code not in ACCEPTED]
            if not refused:
                return Result(message.pk, Answer.SENT)

            # RFC 2920 3.1: DATA taken without a recipient must be ended with nothing.
            last_code, _text = replies[-1]
            if last_code == START_CONTENT:
                self.server.sock.sendall(b".\r\n")
                self.server.getreply()
        except FAULTS as fault:
            return self._lost(message, Answer.LATER, fault)

        return self._turned_down(message, *refused[0])

    def _read_replies(self) -> list[tuple[int, bytes]]:
        """The replies to MAIL, RCPT and DATA; one alone when the server closes at once."""
        first = self.server.getreply()
        if first[0] == CLOSING:
            return [first]
        return [first, self.server.getreply(), self.server.getreply()]

    def _judge_sender(self, message: Message, code: int, text: bytes) -> None:
        """A 5xx to MAIL FROM would meet every other message as well; a 421 only says that this
        connection has carried enough.
        """
        if code >= FOR_GOOD:
            words = f"MAIL FROM <{self._sender_of(message)}>: {reason_of(code, text)}"
            self.sender_refused = words[:LONGEST_REASON]
        # To the very first message it is an answer: that one would meet it on every connection.
        if code == CLOSING and self.answered:
            self.closed_between = True

    @property
    def _is_turned_away(self) -> bool:
        """MAIL FROM was answered with no word about the message in hand."""
        return bool(self.sender_refused) or self.closed_between

    def _turned_down(self, message: Message, code: int, text: bytes) -> Result:
        """A refused envelope: clear it, so that the next message does not inherit it."""
        result = self._refused(message, code, text)
        if self.alive:
            try:
                self.server.rset()
            except FAULTS:
                self.alive = False
        return result

    # --- content ----------------------------------------------------------------------------------
    def _deliver(self, message: Message, data: bytes) -> Result:
        """Write ``data``, which begins with the content, and read the answer to the content.

        The answers to an envelope behind it are still to be read.
        """
        try:
            self.server.sock.sendall(data)
            code, text = self.server.getreply()
        except FAULTS as fault:
            # The server may have taken it before it was lost.
            return self._lost(message, Answer.UNKNOWN, fault)

        if code == DONE:
            return Result(message.pk, Answer.SENT)
        return self._refused(message, code, text)

    # --- what did not go out ----------------------------------------------------------------------
    def _refused(self, message: Message, code: int, text: bytes) -> Result:
        """The result of a refusal; a server that says that it closes is lost from here on."""
        if code == CLOSING:
            self.alive = False
        return Result(message.pk, answer_of(code), reason_of(code, text))

    def _lost(self, message: Message, kind: Answer, fault: Exception) -> Result:
        """The result of a message during which the server was lost; nothing is sent after it."""
        self.alive = False
        # The words of a library say nothing to whoever reads the row.
        log.warning("the mail server was lost: %s", reason_of_fault(fault))
        return Result(message.pk, kind, FailureCode.SERVER_LOST)
