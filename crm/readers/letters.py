"""Whether a single letter may still go out to its reader, asked just before it would; and that its
reader is told who saw it.
"""

from collections.abc import Iterable

from django.db.models import F, OuterRef, Subquery

from core.columns import keys_of
from crm.letters.models import FailureCode, Letter, LetterPurpose
from crm.readers.looks import look_at_many
from crm.readers.models import ConsentEvent, ContactChannel, LookPlace, Reader, permissions
from crm.readers.queries import holders_of, on_stop_list, suppressed_among


def why_not_mailed(letters: Iterable[Letter]) -> dict[int, str]:
    """By letter the reason why it may not be mailed; who may be written to is left out.

    A letter answers something that its reader did, so it needs no consent; but an address that the
    suppression list keeps from every mail is not written to, nor one that no letter reaches, nor a
    reader on the stop list, or who has withdrawn every purpose since the letter was written.
    Account mail goes to whoever holds the account.
    """
    asked = [letter for letter in letters if letter.purpose != LetterPurpose.ACCOUNT]
    reasons = dict.fromkeys(_withdrawn_since(asked), FailureCode.NO_CONSENT)
    reasons |= dict.fromkeys(_undeliverable(asked), FailureCode.UNDELIVERABLE)
    reasons |= dict.fromkeys(_to_stopped(asked), FailureCode.STOPPED)
    for pk in suppressed_among(((letter.pk, letter.address) for letter in asked), ""):
        reasons[pk] = FailureCode.SUPPRESSED
    return reasons


def _undeliverable(letters: list[Letter]) -> list[int]:
    """Keys of the letters to the address of their reader's row, of which it is known that none
    arrives. A letter to another address is not among them.
    """
    to_the_row = Letter.objects.filter(pk__in=keys_of(letters), address__iexact=F("reader__email"))
    return list(to_the_row.exclude(reader__email_trouble="").values_list("pk", flat=True))


def _to_stopped(letters: list[Letter]) -> list[int]:
    """Letters to readers on the stop list."""
    stopped = on_stop_list(Reader.objects.filter(letters__in=keys_of(letters)))
    to_them = Letter.objects.filter(pk__in=keys_of(letters), reader__in=stopped.values("pk"))
    return list(to_them.values_list("pk", flat=True))


def _withdrawn_since(letters: list[Letter]) -> list[int]:
    """Letters whose reader's last word on e-mail is a no that is younger than the letter."""
    said = ConsentEvent.objects.filter(reader=OuterRef("reader"), channel=ContactChannel.EMAIL)
    last = said.order_by("-at", "-pk")
    asked = Letter.objects.filter(pk__in=keys_of(letters)).annotate(
        last_granted=Subquery(last.values("granted")[:1]),
        last_said_at=Subquery(last.values("at")[:1]),
    )
    withdrawn = asked.filter(last_granted=False, last_said_at__gte=F("created_at"))
    # Whoever still allows mail for one purpose has not withdrawn from the library.
    silent = withdrawn.exclude(reader__consents__overlap=permissions(ContactChannel.EMAIL))
    return list(silent.values_list("pk", flat=True))


def look_at_readers_of(letters: Iterable[Letter], *, by) -> None:
    """Letters were shown to ``by``: write down by whom each is named, or whose address it bears
    where it names nobody.

    Raises TooMany as ``look_at_many`` does.
    """
    readers, addresses = set(), set()
    for letter in letters:
        if letter.reader_id is None:
            addresses.add(letter.address)
        else:
            readers.add(letter.reader_id)
    if addresses:
        readers.update(holders_of(addresses).values_list("pk", flat=True))
    look_at_many(readers, by=by, place=LookPlace.LETTER)
