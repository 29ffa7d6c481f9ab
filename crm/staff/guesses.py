"""One counter for everything secret that somebody may try to guess about an account.

Password, second factor, recovery code, re-authentication and the programs' door count here
together, under whichever name the account was called. Five wrong entries lock it for
``SIGN_IN_LOCK_MINUTES``; while it is locked nothing is looked at, so that a right entry cannot be
told from a wrong one.

Each try is counted before it is looked at: a hundred that arrive at once are five. A right one is
taken back, and a completed sign-in forgets them all. What proved wrong is counted beside the tries:
while right ones are still being looked at, a lock may begin that they end again.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.addresses import keyed_digest
from core.characters import folded
from core.columns import first_column
from crm.staff.models import GuessCounter, User

# A try changes nothing while the lock runs. After it, and when the last try is long ago, counting
# begins anew. The last allowed try locks at once, before anybody knows whether it is right: a
# process that dies over it leaves a lock that ends, and no counter that stands still.
CLAIM = """
INSERT INTO crm_guesscounter AS counter (key, tries, wrong, at, locked_until)
SELECT asked.key, 1, 0, statement_timestamp(), NULL
FROM unnest(%(keys)s::text[]) AS asked (key)
ORDER BY asked.key
ON CONFLICT (key) DO UPDATE SET (tries, wrong, at, locked_until) = (
    SELECT
        counted.tries,
        CASE WHEN counted.tries = 1 THEN 0 ELSE counter.wrong END,
        statement_timestamp(),
        CASE WHEN counted.tries >= %(limit)s
            THEN statement_timestamp() + make_interval(mins => %(minutes)s)
        END
    FROM (
        SELECT CASE
            WHEN counter.locked_until IS NOT NULL
                OR counter.at < statement_timestamp() - %(forgotten_after)s
            THEN 1
            ELSE counter.tries + 1
        END AS tries
    ) AS counted
)
WHERE counter.locked_until IS NULL OR counter.locked_until <= statement_timestamp()
RETURNING key
"""
GIVE_BACK = """
UPDATE crm_guesscounter
SET tries = tries - 1, locked_until = NULL
WHERE key = ANY(%(keys)s) AND tries > 0
"""
KEEP = """
UPDATE crm_guesscounter
SET wrong = wrong + 1
WHERE key = ANY(%(keys)s)
RETURNING wrong
"""


class Locked(Exception):
    """The account takes no entries now; nothing was looked at."""


def key_of(user: User) -> str:
    """What the tries about an account are counted under.

    By the row, so that it counts together under whichever name the account was called.
    """
    return f"user {user.pk}"


def key_after_reset(user: User) -> str:
    """What a second factor is counted under where the reset link was followed first.

    Whoever holds the mailbox has tries of their own: others who keep guessing keep the account
    locked, but not its owner out.
    """
    return f"reset {user.pk}"


def keys_for(name: str, users: Iterable[User]) -> list[str]:
    """The counters of the accounts that a name means; one for the name where it means none.

    A name that nobody has is counted and locked as others are, or a lock would tell that it exists.
    """
    keys = list(map(key_of, users))
    if keys:
        return keys
    return [f"name {keyed_digest(folded(name)).hex()}"]


def claim(keys: Iterable[str]) -> list[str]:
    """Count one try under each key, before it is looked at; returns the keys. Raises Locked."""
    asked = sorted(set(keys))
    values = {
        "keys": asked,
        "limit": settings.SIGN_IN_TRIES,
        "minutes": settings.SIGN_IN_LOCK_MINUTES,
        "forgotten_after": GuessCounter.FORGOTTEN_AFTER,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        granted = first_column(cursor)

    if len(granted) < len(asked):
        give_back(granted)
        raise Locked
    return asked


def give_back(keys: Iterable[str]) -> None:
    """The try was right: it does not count, and does not lock."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"keys": list(keys)})


def keep(keys: Iterable[str]) -> bool:
    """The try was wrong, and stays counted; True for the one after which no more are allowed."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"keys": list(keys)})
        wrong = first_column(cursor)
    return settings.SIGN_IN_TRIES in wrong


def forget(user: User) -> bool:
    """Clear the account's counters, and with them its lock; True where there was a lock."""
    keys = [key_of(user), key_after_reset(user)]
    was_locked = is_locked(user)
    GuessCounter.objects.filter(key__in=keys).delete()
    return was_locked


def is_locked(user: User) -> bool:
    """True while the account takes no entries."""
    locked = GuessCounter.objects.filter(key=key_of(user), locked_until__gt=timezone.now())
    return locked.exists()


def forget_outdated() -> int:
    """Delete counters that say nothing any more; returns how many."""
    deleted, _by_model = GuessCounter.objects.outdated(timezone.now()).delete()
    return deleted
