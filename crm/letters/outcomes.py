"""What became of a mail, by what the other mail server said: for rates of bounces and refusals.

Who is to blame for an address stays with ``troubles``; here a mail that was not taken is counted.
"""

import re
from enum import StrEnum

from crm.letters.troubles import UNKNOWN, trouble_of_status


class Outcome(StrEnum):
    """How the other side answered."""

    ACCEPTED = "accepted"
    #: No mailbox there, or none that this mail can reach.
    PERMANENT = "permanent"
    #: Not now: a full mailbox, a server that was busy until the last try.
    TEMPORARY = "temporary"
    #: Their rules against our letters: content, reputation, too many at once.
    POLICY = "policy"


#: "550 5.7.1 no spam": the reply, the enhanced status where there is one, and the words.
REPLY = re.compile(
    r"(?P<code>[45]\d\d)[ -]+(?:#?(?P<status>[245]\.\d{1,3}\.\d{1,3})\b)?(?P<words>.*)", re.DOTALL
)
FULL = re.compile(
    r"\b(?:full|quota|exceeded (?:its|the|their)? ?storage|insufficient storage)\b|已满|容量",
    re.IGNORECASE,
)
#: Words by which servers without enhanced status refuse a sender or a text.
POLICY = re.compile(
    r"spam|polic|block ?(?:ed|list)|black ?list|reputation|denied|dmarc|\bspf\b|\bdkim\b|banned"
    r"|frequency|rate limit|too many|suspicious|\brbl\b|\bdnsbl\b|spamhaus|\bDT:SPM\b"
    r"|垃圾|拒收|拒绝|频率|黑名单",
    re.IGNORECASE,
)
#: RFC 3463: 5.7.x is a rule of theirs; 5.1.7 and 5.1.8 are about our sender.
REFUSES_US = re.compile(r"5\.(?:7\.\d+|1\.7|1\.8)")
MAILBOX_FULL = "5.2.2"
#: Replies that say without a status that the mailbox has no room, and "refused for what you are".
OVER_STORAGE = frozenset({"552"})
REFUSALS = frozenset({"521", "571"})
#: The first that holds says how a refusal without a status is meant: by its code or by its words.
TOLD_BY = (
    (frozenset(), UNKNOWN, Outcome.PERMANENT),
    (OVER_STORAGE, FULL, Outcome.TEMPORARY),
    (REFUSALS, POLICY, Outcome.POLICY),
)
#: A status that says no more than that it failed.
SAYS_NOTHING = re.compile(r"[45]\.0\.0")


def outcome_of(reason: str) -> Outcome | None:
    """Of a mail that was not taken, by the stored reason; None where no mail server answered it
    (it was not composed, the connection was lost, a person or a rule left it out).

    ``reason`` begins with the reply, as "550 5.1.1 no such user". By the status first, then by the
    code, and last by the words.
    """
    found = REPLY.match(reason)
    if found is None:
        return None
    status = found["status"] or ""
    if status and not SAYS_NOTHING.fullmatch(status):
        return outcome_of_status(status)
    if found["code"].startswith("4"):
        return Outcome.TEMPORARY
    return _by_words(found["code"], found["words"])


def outcome_of_status(status: str) -> Outcome:
    """By the enhanced status that a returned message gave; one that says nothing is permanent: the
    mail did not arrive, and nobody says that it may.

    ``status`` is "5.1.1" and the like (RFC 3463). A full mailbox is temporary whatever its first
    digit.
    """
    if status.startswith("4.") or status == MAILBOX_FULL:
        return Outcome.TEMPORARY
    if REFUSES_US.fullmatch(status) and not trouble_of_status(status):
        return Outcome.POLICY
    return Outcome.PERMANENT


def _by_words(code: str, words: str) -> Outcome:
    """Of a refusal for good without a status that says why."""
    for codes, pattern, outcome in TOLD_BY:
        if code in codes or pattern.search(words):
            return outcome
    return Outcome.PERMANENT
