"""Sending many messages over one SMTP connection, each answer told to the right message.

Where the server offers PIPELINING (RFC 2920) the content of one message and the envelope of the
next travel together: one round trip per mail. Elsewhere every command waits for its answer.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from crm.letters.skeleton import Message, sender_address

#: Outcomes: accepted; refused for good (5xx); not now (4xx, lost before the content); lost after
#: the content left.
SENT, REFUSED, LATER, UNKNOWN = "sent", "refused", "later", "unknown"
FAULTS = (OSError, smtplib.SMTPException)
CLOSING = 421


class Unreachable(Exception):
    """The mail server cannot be spoken to, or takes nothing from our sender.

    The message says why, for people.
    """


@dataclass(frozen=True, slots=True)
class Result:
    pk: int
    kind: str
    reason: str = ""


def reason_of(code: int, text: bytes) -> str:
    """ "550 5.1.1 no such user", printable and short enough for the row."""
    words = " ".join(text.decode(errors="replace").split())
    return "".join(letter for letter in f"{code} {words}" if letter.isprintable())[:200]


def connect() -> smtplib.SMTP:
    """A greeted, secured and signed-in connection after the mail settings. Raises Unreachable."""
    kind = smtplib.SMTP_SSL if getattr(settings, "EMAIL_USE_SSL", False) else smtplib.SMTP
    name = urlsplit(settings.BASE_URL).hostname or "localhost"  # never this machine's name
    try:
        server = kind(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            local_hostname=name,
            timeout=settings.EMAIL_TIMEOUT,
        )
        if getattr(settings, "EMAIL_USE_TLS", False):
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except FAULTS as fault:
        raise Unreachable(f"{type(fault).__name__}: {fault}"[:200]) from fault
    return server


class Connection:
    """``with Connection() as connection``: one connection, closed politely.

    ``sender_refused`` holds the server's words once it has refused our sender for good: no message
    is to blame then.
    """

    def __init__(self):
        self.server = connect()
        self.pipelined = self.server.has_extn("pipelining")
        self.sender = sender_address().encode()
        self.sender_refused = ""
        self.alive = True

    def __enter__(self):
        return self

    def __exit__(self, error_type, error, trace):
        try:
            if self.alive and error_type is None:
                self.server.quit()
        except FAULTS:
            pass
        finally:
            self.server.close()

    def send(self, messages: Iterable[Message], intend: Callable[[int], None]) -> Iterator[Result]:
        """Send in order and yield a Result each; ``intend(pk)`` is called just before a content
        leaves.

        Ends early when the connection is lost or the sender refused: messages without a Result were
        never handed over.
        """
        waiting = iter(messages)
        current, ready = next(waiting, None), None
        while current is not None and self.alive:
            if ready is None:
                ready = self.open(current)
            if self.sender_refused:
                return
            if ready.kind != SENT:
                yield ready
                current, ready = next(waiting, None), None
                continue
            following = next(waiting, None) if self.pipelined else None
            ahead = following if following is not None and self.takes(following) else None
            intend(current.pk)
            yield self.content(current, ahead)
            current = following if self.pipelined else next(waiting, None)
            ready = self.answers(ahead) if ahead is not None and self.alive else None

    # --- envelope ---------------------------------------------------------------------------------
    def commands(self, message: Message) -> list[bytes]:
        utf8 = b"" if message.address.isascii() else b" SMTPUTF8"
        address = message.address.encode()
        return [
            b"MAIL FROM:<%s>%s\r\n" % (self.sender, utf8),
            b"RCPT TO:<%s>\r\n" % address,
            b"DATA\r\n",
        ]

    def takes(self, message: Message) -> bool:
        """False for an address beyond ASCII that this server has not learnt to read (RFC 6531)."""
        return message.address.isascii() or self.server.has_extn("smtputf8")

    def open(self, message: Message) -> Result:
        """Send the envelope and read its answers.

        Kind SENT means: the server waits for the content.
        """
        if not self.takes(message):
            return Result(
                message.pk, REFUSED, "553 the mail server takes no international addresses"
            )
        if self.pipelined:
            try:
                self.server.sock.sendall(b"".join(self.commands(message)))
            except FAULTS as fault:
                return self.lost(message, LATER, fault)
            return self.answers(message)
        return self.stepwise(message)

    def stepwise(self, message: Message) -> Result:
        try:
            for command in self.commands(message):
                self.server.sock.sendall(command)
                code, text = self.server.getreply()
                if code not in (250, 251, 354):
                    self.judge_sender(code if command.startswith(b"MAIL") else 0, text)
                    return self.turned_down(message, code, text)
        except FAULTS as fault:
            return self.lost(message, LATER, fault)
        return Result(message.pk, SENT)

    def answers(self, message: Message) -> Result:
        """Read the three answers to a pipelined envelope.

        The first refusal is the one that counts.
        """
        try:
            replies = [self.server.getreply()]
            if replies[0][0] != CLOSING:
                replies += [self.server.getreply(), self.server.getreply()]
            self.judge_sender(*replies[0])
            bad = next(
                ((code, text) for code, text in replies if code not in (250, 251, 354)), None
            )
            if bad is None:
                return Result(message.pk, SENT)
            if (
                replies[-1][0] == 354
            ):  # RFC 2920 3.1: DATA taken without a recipient must be ended with nothing
                self.server.sock.sendall(b".\r\n")
                self.server.getreply()
        except FAULTS as fault:
            return self.lost(message, LATER, fault)
        return self.turned_down(message, *bad)

    def judge_sender(self, code: int, text: bytes) -> None:
        """A 5xx to MAIL FROM would meet every other message as well."""
        if code >= 500:
            self.sender_refused = f"MAIL FROM <{self.sender.decode()}>: {reason_of(code, text)}"[
                :200
            ]

    def turned_down(self, message: Message, code: int, text: bytes) -> Result:
        """A refused envelope: clear it, so that the next message does not inherit it."""
        if code == CLOSING:
            self.alive = False
        else:
            try:
                self.server.rset()
            except FAULTS:
                self.alive = False
        return Result(message.pk, REFUSED if code >= 500 else LATER, reason_of(code, text))

    # --- content ----------------------------------------------------------------------------------
    def content(self, message: Message, following: Message | None) -> Result:
        """Send the content (and the next envelope with it) and read the answer to the content."""
        data = message.data.replace(b"\r\n.", b"\r\n..")
        data = (b"." + data if data.startswith(b".") else data) + (
            b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"
        )
        try:
            self.server.sock.sendall(
                data + b"".join(self.commands(following)) if following else data
            )
            code, text = self.server.getreply()
        except FAULTS as fault:
            return self.lost(message, UNKNOWN, fault)
        if code == 250:
            return Result(message.pk, SENT)
        if code == CLOSING:
            self.alive = False
        return Result(message.pk, REFUSED if code >= 500 else LATER, reason_of(code, text))

    def lost(self, message: Message, kind: str, fault: Exception) -> Result:
        self.alive = False
        return Result(message.pk, kind, f"{type(fault).__name__}: {fault}"[:200])
