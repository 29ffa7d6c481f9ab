"""Letters to subscribers: written in one go when a content is launched, and judged once more just
before each of them leaves.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from core.addresses import address_digest
from crm.letters.models import FailureCode, Letter, LetterKind
from crm.readers import letters as of_readers
from crm.subscribers.queries import reachable

#: The header that says of which list a mail is (RFC 2919): one list for each purpose.
LIST_ID = "List-Id"


def list_id(purpose: str, host: str) -> str:
    """What the header holds: ``<events.library.example>``; ``host`` is the portal's."""
    return f"<{purpose}.{host}>"


def purpose_of_subscription(letter: Letter) -> str:
    """What a letter to a subscriber is for, as its header says; empty for any other letter.

    The purpose is not checked: it is what ``list_id`` wrote when the letter was put down.
    """
    if letter.kind != LetterKind.PROMOTION_SUBSCRIBERS:
        return ""
    return letter.headers.get(LIST_ID, "").strip("<>").partition(".")[0]


def why_not_mailed(letters: Iterable[Letter]) -> dict[int, str]:
    """{key of the letter: code of the reason} of those that may not be mailed.

    What may go is left out. The rules for readers hold for everybody; a letter to a subscriber goes
    only while the mailbox still asks for its purpose. A reason that the rules for readers found
    stays.
    """
    judged = list(letters)
    reasons = of_readers.why_not_mailed(judged)
    for letter in _unwanted(judged):
        reasons.setdefault(letter.pk, FailureCode.NO_CONSENT)
    return reasons


def _unwanted(letters: list[Letter]) -> Iterator[Letter]:
    """Letters to subscribers who ask for them no more, or may get none.

    Subscribers are looked up once for each purpose.
    """
    for purpose, of_purpose in _by_purpose(letters).items():
        addresses = [letter.address for letter in of_purpose]
        wanted = {bytes(one.digest) for one in reachable(purpose, among=addresses)}
        for letter in of_purpose:
            if address_digest(letter.address) not in wanted:
                yield letter


def _by_purpose(letters: list[Letter]) -> dict[str, list[Letter]]:
    """The letters to subscribers by what they are for; letters of any other kind are left out."""
    found = defaultdict(list)
    for letter in letters:
        found[purpose_of_subscription(letter)].append(letter)
    found.pop("", None)
    return found
