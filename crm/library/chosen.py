"""What the library has chosen on its pages, and what the environment says where it has not."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from crm.library.models import LibrarySettings
from crm.library.remembering import Remembered


@dataclass(frozen=True)
class Chosen:
    """As stored: empty, or None for the rate, where nothing was chosen."""

    colour: str = ""
    notices_from: str = ""
    promotion_from: str = ""
    reply_to: str = ""
    return_to: str = ""
    letters_language: str = ""
    hour_rate: float | None = None


def stored_choices() -> Chosen:
    """What was chosen, as the database has it now; nothing where the row was never written.

    One statement; the rate is CNY an hour.
    """
    library = LibrarySettings.objects.filter(pk=1).first()
    if library is None:
        return Chosen()
    rate = library.hour_rate
    if rate is not None:
        rate = float(rate)
    return Chosen(
        colour=library.colour,
        notices_from=library.notices_from,
        promotion_from=library.promotion_from,
        reply_to=library.reply_to,
        return_to=library.return_to,
        letters_language=library.letters_language,
        hour_rate=rate,
    )


shown = Remembered(stored_choices)


def chosen() -> Chosen:
    """What was chosen, as this process knows it since at most a minute.

    Nothing where the database could not be asked even once.
    """
    return shown.get() or Chosen()


def notices_sender() -> str:
    """The address alone that notices and account mail come from.

    Where the library chose none, that of DEFAULT_FROM_EMAIL.
    """
    return chosen().notices_from or _address_of(settings.DEFAULT_FROM_EMAIL)


def promotion_sender() -> str:
    """The address alone that everything else comes from.

    Where the library chose none that of PROMOTION_FROM_EMAIL, and where this names none of its own
    the sender of notices.
    """
    return chosen().promotion_from or _named(settings.PROMOTION_FROM_EMAIL) or notices_sender()


def reply_address() -> str:
    """The address alone that answers to every mail go to.

    Where the library chose none that of REPLY_ADDRESS, and where this names none of its own the
    sender of notices.
    """
    return chosen().reply_to or _named(settings.REPLY_ADDRESS) or notices_sender()


def return_address() -> str:
    """The mailbox that mails come back to, each at an address of its own below it; empty where they
    come back to their sender. RETURN_ADDRESS where the library chose none.
    """
    return chosen().return_to or settings.RETURN_ADDRESS


def letters_language() -> str:
    """Code of the language in which the library writes to who has chosen none; LANGUAGE_CODE where
    the library chose none either.
    """
    return chosen().letters_language or settings.LANGUAGE_CODE


def hour_rate() -> float:
    """What an hour of staff time costs, CNY, in evaluations that are computed from now on.

    STAFF_HOUR_RATE where the library chose none. Asked of the database: a figure that is frozen
    must not rest on what a process remembers.
    """
    rate = stored_choices().hour_rate
    if rate is None:
        return settings.STAFF_HOUR_RATE
    return rate


def _named(written: str) -> str:
    """An address of the environment; empty where it only repeats the sender of notices."""
    if written == settings.DEFAULT_FROM_EMAIL:
        return ""
    return _address_of(written)


def _address_of(written: str) -> str:
    """Of ``Library <library@example.org>`` the address."""
    return parseaddr(written)[1]
