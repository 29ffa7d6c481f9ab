"""A small SMTP server for tests: keeps every message, can refuse, answer slowly, hang up or lack
extensions.

It speaks the protocol by hand, so that a test decides each answer; ``aiosmtpd`` hides them.
"""

import socketserver
import threading
from collections.abc import Callable
from contextlib import contextmanager
from email import message_from_bytes, policy

GREETING = b"220 sink\r\n"


class Hangup(Exception):
    """Raised by a rule to close the connection without an answer."""


class Session(socketserver.StreamRequestHandler):
    """One connection; ``server.rule(stage, text)`` may return another answer than usual."""

    #: Several answers to one write of a client that pipelines would wait for each other's receipt,
    #: some 40 ms a mail.
    disable_nagle_algorithm = True
    has_sender = False

    def say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")

    def answer(self, stage: str, text: str, ordinary: bytes) -> bytes:
        chosen = self.server.rule(stage, text) or ordinary
        self.say(chosen)
        return chosen

    def handle(self):
        self.server.connections += 1
        self.wfile.write(GREETING)
        try:
            while line := self.rfile.readline():
                if not self.command(line.strip()):
                    return
        except (Hangup, ConnectionError):
            return

    def command(self, line: bytes) -> bool:
        verb, _space, text = line.decode().partition(" ")
        self.server.verbs.append(verb.upper())
        match verb.upper():
            case "EHLO":
                # The first line is the server's name: an extension there would not be seen.
                lines = [b"sink", *self.server.extensions]
                self.wfile.write(b"".join(b"250-%s\r\n" % line for line in lines))
                self.wfile.write(b"250 HELP\r\n")
            case "MAIL":
                self.to = []
                self.has_sender = self.answer("mail", text, b"250 ok").startswith(b"25")
            case "RCPT" if not self.has_sender:
                self.say(b"503 no sender")
            case "RCPT":
                if self.answer("rcpt", text, b"250 ok").startswith(b"25"):
                    self.to.append(text.partition("<")[2].rstrip(">"))
            case "DATA":
                self.data()
            case "QUIT":
                self.say(b"221 bye")
                return False
            case _:
                self.say(b"250 ok")
        return True

    def data(self) -> None:
        if not self.to and not self.server.lax:
            self.say(b"503 no recipient")
            return
        self.say(b"354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise Hangup
            lines.append(line[1:] if line.startswith(b".") else line)
        message = b"".join(lines)
        if not self.to:
            self.say(b"554 no valid recipients")
            return
        if self.answer("content", self.to[0], b"250 taken").startswith(b"250"):
            self.server.keep(self.to[0], message)


class Sink(socketserver.ThreadingTCPServer):
    """``received``: list of (address, bytes); ``rule`` is replaced by a test; ``extensions`` are
    offered to EHLO.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.received: list[tuple[str, bytes]] = []
        self.verbs: list[str] = []
        self.extensions = [b"PIPELINING", b"8BITMIME"]
        self.rule: Callable[[str, str], bytes | None] = lambda stage, text: None
        self.lax = False
        self.connections = 0
        self.lock = threading.Lock()

    def keep(self, address: str, message: bytes) -> None:
        with self.lock:
            self.received.append((address, message))

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def addresses(self) -> list[str]:
        return [address for address, _message in self.received]

    def parsed(self) -> list:
        return [
            message_from_bytes(message, policy=policy.default)
            for _address, message in self.received
        ]

    def handle_error(self, request, client_address):
        pass  # a client that was killed


@contextmanager
def running(kind: type[Sink] = Sink):
    with kind() as sink:
        thread = threading.Thread(
            target=sink.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        try:
            yield sink
        finally:
            sink.shutdown()
