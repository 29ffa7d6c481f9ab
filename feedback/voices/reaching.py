"""Where a letter with the library's answer may go, or why none can."""

from dataclasses import dataclass
from enum import StrEnum

from crm.readers.models import ContactChannel, Purpose, Reader
from crm.readers.queries import confirmed_address, suppressed_among
from feedback.voices.models import Voice


class NoLetter(StrEnum):
    """Why an answer stands on the reader's page alone."""

    UNSIGNED = "unsigned"
    NO_ACCOUNT = "no account"
    UNCONFIRMED = "unconfirmed"
    NOT_ALLOWED = "not allowed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Way:
    """``address``: where the letter goes, empty where none does; ``because`` says then why."""

    address: str = ""
    because: str = ""


def way_to(voice: Voice) -> Way:
    """The address left for the answer; else the one the account of its reader has confirmed, where
    that reader allows notices by mail.
    """
    if voice.email:
        return Way(voice.email)
    if voice.reader is None:
        return Way(because=NoLetter.UNSIGNED)
    return _way_to_account(voice.reader)


def _way_to_account(reader: Reader) -> Way:
    """The confirmed address of the reader's account, or the first reason why no
    letter goes there.
    """
    if reader.user_id is None:
        return Way(because=NoLetter.NO_ACCOUNT)
    address = confirmed_address(reader)
    if not address:
        return Way(because=NoLetter.UNCONFIRMED)
    if not reader.allows(ContactChannel.EMAIL, Purpose.NOTICES):
        return Way(because=NoLetter.NOT_ALLOWED)
    if suppressed_among([(reader.pk, address)], Purpose.NOTICES):
        return Way(because=NoLetter.STOPPED)
    return Way(address)
