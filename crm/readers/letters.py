"""Whether a single letter may still go out to its reader, asked just before it would."""

from collections.abc import Iterable

from crm.letters.models import FailureCode, Letter, Purpose
from crm.readers.models import ConsentEvent, ContactChannel, Reader, permissions
from crm.readers.queries import suppressed_among


def why_not_mailed(letters: Iterable[Letter]) -> dict[int, str]:
    """By letter the reason why it may not be mailed; who may be written to is left out.

    A letter answers something that its reader did, so it needs no consent; but an address that the
    suppression list keeps from every mail is not written to, nor a reader who has withdrawn every
    purpose since the letter was written.
    Account mail goes to whoever holds the account.
    """
    asked = [letter for letter in letters if letter.purpose != Purpose.ACCOUNT]
    reasons = dict.fromkeys(_withdrawn_since(asked), FailureCode.NO_CONSENT)
    for pk in suppressed_among(((letter.pk, letter.address) for letter in asked), ""):
        reasons[pk] = FailureCode.SUPPRESSED
    return reasons


def _withdrawn_since(letters: list[Letter]) -> set[int]:
    """Letters whose reader's last word on e-mail is a no that is younger than the letter."""
    readers = {letter.reader_id for letter in letters}
    by_mail = permissions(ContactChannel.EMAIL)
    silent = Reader.objects.filter(pk__in=readers).exclude(consents__overlap=by_mail)
    events = ConsentEvent.objects.filter(reader__in=silent, channel=ContactChannel.EMAIL)
    last = {event.reader_id: event for event in events.order_by("at", "pk")}

    withdrawn = set()
    for letter in letters:
        event = last.get(letter.reader_id)
        if event is not None and not event.granted and event.at >= letter.created_at:
            withdrawn.add(letter.pk)
    return withdrawn
