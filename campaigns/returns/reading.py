"""What a message says that came to the address for returned mail: which mail it speaks of, and what
became of that.

Pure. What is no bounce and no report of spam says nothing, and so does one whose mail carries no
token of ours: both are signed, that of the way back (``crm.letters.envelopes``) and that of the
Message-ID, so nobody can write a bounce for a mail of which they have seen neither.
"""

import email
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256

from flufl.bounce import all_failures

from campaigns.returns.models import ReturnKind
from crm.letters.envelopes import TOKEN, token_in
from crm.letters.skeleton import own_host

log = logging.getLogger(__name__)
# It tells of each of its twenty detectors, and of every message that one of them cannot read.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

#: Headers in which a mail server writes to which of our addresses a message came.
RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
#: Reports by which a person says that they want no such mail (RFC 5965). Others tell of failed
#: signatures, or that a mail was no spam after all.
COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list"}
#: An enhanced status as RFC 3463 writes it, such as 5.1.1: class, subject, detail.
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
#: "550 5.1.1 …" in a diagnosis or in the words of a server.
REPLY = re.compile(r"\b5\d\d[ -][^\r\n]{0,160}")
#: The envelope's sender of what a mail server says by itself (RFC 3464), as it is written down.
NO_SENDER = ("<>", "")
#: A status that says no more than that it failed.
SAYS_NOTHING = "5.0.0"


@dataclass(frozen=True)
class Returned:
    """What one message said. ``came_to``: tokens of the addresses of ours that it came to, by which
    the mail alone tells; ``tokens``: of the mails that it brings back.

    ``is_machines``: its own envelope names no sender, as those of mail servers do, or is not known.
    ``addresses``: whom it says the mail did not reach. ``status`` ("5.1.1") and ``reply`` ("550
    5.1.1 no such user") are empty where they were not given. ``digest``: of the message itself.
    """

    kind: ReturnKind
    came_to: tuple[str, ...]
    tokens: tuple[str, ...]
    is_machines: bool
    addresses: frozenset[str]
    status: str
    reply: str
    digest: bytes


def read(raw: bytes, recipient: str = "") -> Returned | None:
    """What the message says, None where it is no bounce and no report; never raises.

    ``recipient``: the address of ours that the mail server took it in for, where it tells.
    """
    try:
        message = email.message_from_bytes(raw)
        # A set would forget the order, which says what is the surest.
        came_to = tuple(dict.fromkeys(_came_to(message, recipient)))
        tokens = tuple(dict.fromkeys(_brought_back(raw)))
        if not came_to + tokens:
            return None
        return _read(message, came_to, tokens, sha256(raw).digest())
    # Anybody may send anything here, and a parser that gives up says no more than that it did.
    except Exception as fault:
        log.warning("a returned message cannot be read: %s", type(fault).__name__)
        return None


def _read(
    message: Message, came_to: tuple[str, ...], tokens: tuple[str, ...], digest: bytes
) -> Returned | None:
    """What a message with a token says: that of a report where it holds one, which is None unless
    it is a complaint, else that of ``_failure``.
    """
    is_machines = message.get("return-path", "<>").strip() in NO_SENDER
    told = (came_to, tokens, is_machines)
    report = next(_parts(message, "message/feedback-report"), None)
    if report is None:
        return _failure(message, told, digest)
    if _fields(report).get("feedback-type", "").strip().lower() not in COMPLAINTS:
        return None
    return Returned(ReturnKind.COMPLAINT, *told, frozenset(), "", "", digest)


def _failure(message: Message, told: tuple, digest: bytes) -> Returned | None:
    """What a message says of mailboxes that were not reached; None where none of the detectors
    finds a failure or a delay. ``told``: (came_to, tokens, is_machines) of ``Returned``.
    """
    delayed, failed = all_failures(message)
    # A message may tell of both, and only a failure is final.
    addresses = failed or delayed
    if not addresses:
        return None
    kind = ReturnKind.DELAY
    if failed:
        kind = ReturnKind.BOUNCE
    status, reply = _diagnosis(message)
    spoken_of = frozenset(address.decode(errors="replace") for address in addresses)
    return Returned(kind, *told, spoken_of, status, reply, digest)


# --- which mail it speaks of ----------------------------------------------------------------------
def _came_to(message: Message, recipient: str) -> Iterator[str]:
    """Tokens in the addresses of ours that it came to, the one that the door names first."""
    addresses = [recipient]
    for name in RECIPIENTS:
        for _shown, address in getaddresses(message.get_all(name, [])):
            addresses.append(address)
    yield from filter(None, map(token_in, addresses))


def _brought_back(raw: bytes) -> Iterator[str]:
    """Tokens in Message-IDs of ours, of the mail that it brings back."""
    # The bytes are searched, since some servers quote the mail as text and not as a part.
    pattern = rf"Message-ID:\s*<({TOKEN})@{re.escape(own_host())}>"
    for found in re.finditer(pattern.encode(), raw, re.IGNORECASE):
        yield found[1].decode().lower()


# --- what became of it ----------------------------------------------------------------------------
def _diagnosis(message: Message) -> tuple[str, str]:
    """(status, reply) as far as the message gives them, in fields or in its words; "" for what it
    does not give. A status in the reply is taken where the field says nothing.
    """
    report = next(_parts(message, "message/delivery-status"), message)
    fields = _fields(report)
    status = _first(STATUS, fields.get("status", ""))
    reply = _first(REPLY, fields.get("diagnostic-code", _text(message)))
    if status in ("", SAYS_NOTHING):
        status = _first(STATUS, reply) or status
    return status, reply


def _parts(message: Message, kind: str) -> Iterator[Message]:
    """The parts of this content type, from the outside to the inside, the message itself among
    them.
    """
    for part in message.walk():
        if part.get_content_type() == kind:
            yield part


def _fields(part: Message) -> dict[str, str]:
    """Fields of a part that consists of them, its blocks together; the first of a name counts."""
    fields: dict[str, str] = {}
    for block in part.walk():
        inner = email.message_from_string(str(block.get_payload()).lstrip())
        for name, value in [*block.items(), *inner.items()]:
            fields.setdefault(name.lower(), str(value))
    return fields


def _text(message: Message) -> str:
    """The first plain text of the message, with a sign in place of each byte that cannot be read;
    "" without one.
    """
    for part in _parts(message, "text/plain"):
        payload = part.get_payload(decode=True) or b""
        return payload.decode(errors="replace")
    return ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    """What the pattern finds first, "" where it finds nothing."""
    return next(iter(pattern.findall(text)), "")
