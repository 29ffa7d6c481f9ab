"""Guesses from one network: many wrong ones make every further one wait, and never shut it out.

A whole campus may stand behind one address. While more wrong entries come from it than a campus
makes, whoever wants to sign in from there waits for some seconds, the longer the more there are,
and holds a ticket meanwhile. A ripe ticket lets one entry be looked at, whatever the others do.
No thread waits: the page does.
"""

import secrets
import time
from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.core import signing

from crm.staff import buckets

#: Wrong entries from one network that are nobody's concern, at once; a minute, by the settings.
BURST = 300
#: Seconds: the longest and the shortest wait, and how long a ticket is good for.
LONGEST, SHORTEST = 30, 3
TICKET_AGE = 600

NAME = "wrong entries"


@dataclass(frozen=True)
class Wait:
    """So many seconds, with this ticket."""

    seconds: int
    ticket: str


def count_failure(network: str) -> None:
    """A wrong entry came from there.

    Counted even where nothing is left; the debt is at most ``LONGEST`` seconds.
    """
    buckets.drain(NAME, network, _rate(), BURST, debt=LONGEST)


def wait_of(network: str, ticket: str = "") -> Wait | None:
    """None where an entry from there may be looked at now; a ripe ticket is used up by asking.

    A Wait with a ticket of its own where there was none, or none that is good; else with the same
    ticket.
    """
    wait = buckets.look(NAME, network, _rate(), BURST)
    if not wait:
        return None

    ripe_in = _ripe_in(network, ticket)
    if ripe_in:
        return Wait(ripe_in, ticket)
    if ripe_in == 0 and not buckets.take("tickets", ticket, 1 / TICKET_AGE, 1):
        return None
    seconds = min(LONGEST, max(SHORTEST, ceil(wait)))
    return Wait(seconds, _new_ticket(network, seconds))


def _rate() -> float:
    """Wrong entries that a network may make in a second."""
    return settings.GUESSES_PER_MINUTE / buckets.MINUTE


def _new_ticket(network: str, seconds: int) -> str:
    """A ticket of that network, ripe after so many seconds and good for one entry."""
    ripe_at = int(time.time()) + seconds
    return _signer().sign_object([network, ripe_at, secrets.token_hex(8)])


def _ripe_in(network: str, ticket: str) -> int | None:
    """Seconds until the ticket is ripe, 0 from then on; None for one that is no good."""
    try:
        of, ripe_at, _nonce = _signer().unsign_object(ticket, max_age=TICKET_AGE)
    except (signing.BadSignature, ValueError):
        return None
    if of != network:
        return None
    return max(0, ripe_at - int(time.time()))


def _signer() -> signing.TimestampSigner:
    """What signs tickets; one signed for anything else is no ticket."""
    return signing.TimestampSigner(salt="crm.staff.slowing")
