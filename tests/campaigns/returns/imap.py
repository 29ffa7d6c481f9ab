"""A small IMAP server for tests: one folder, which messages are read and which are not."""

import re
import socketserver
import threading
from contextlib import contextmanager


class Session(socketserver.StreamRequestHandler):
    """One connection; knows the few commands that reading a mailbox takes (RFC 3501)."""

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _space, command = line.partition(" ")
            self.answer(command)
            self.say(f"{tag} OK done")
            if command.upper() == "LOGOUT":
                return

    def answer(self, command: str) -> None:
        box = self.server
        said = command.upper()
        if said == "LOGOUT":
            self.say("* BYE")
        elif said == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif said.startswith("LOGIN"):
            box.signed_in.append(command)
        elif said.startswith(("SELECT", "EXAMINE")):
            self.say(f"* {len(box.messages)} EXISTS")
        elif said.startswith("UID SEARCH"):
            unread = [str(uid) for uid in box.messages if uid not in box.read]
            self.say(f"* SEARCH {' '.join(unread)}")
        elif said.startswith("UID FETCH"):
            box.fetched.append(command)
            for uid in map(int, re.findall(r"\d+", command.split(" ")[2])):
                self.bring(uid)
        elif said.startswith("UID STORE"):
            box.read.update(map(int, re.findall(r"\d+", command.split(" ")[2])))

    def bring(self, uid: int) -> None:
        raw = self.server.messages[uid]
        head = f"* {uid} FETCH (UID {uid} FLAGS () RFC822.SIZE {len(raw)} BODY[] {{{len(raw)}}}"
        self.wfile.write(head.encode() + b"\r\n" + raw + b")\r\n")


class Mailbox(socketserver.ThreadingTCPServer):
    """``messages`` by uid; ``read``: uids that were marked so; the others are commands."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, messages: list[bytes]):
        super().__init__(("127.0.0.1", 0), Session)
        self.messages = dict(enumerate(messages, start=1))
        self.read: set[int] = set()
        self.signed_in: list[str] = []
        self.fetched: list[str] = []

    @property
    def url(self) -> str:
        return f"imap://returns:p%40ss@127.0.0.1:{self.server_address[1]}/INBOX"


@contextmanager
def holding(*messages: bytes):
    """``with holding(raw, …) as mailbox``."""
    with Mailbox(list(messages)) as mailbox:
        thread = threading.Thread(target=mailbox.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mailbox
        finally:
            mailbox.shutdown()
            thread.join()
