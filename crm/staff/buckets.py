"""Token buckets in PostgreSQL: how often something may happen, for a visitor, a network, a program.

A bucket holds ``burst`` tokens and gets ``rate`` new ones a second. It is kept as one moment, the
one at which it will be full again, so a full bucket needs no row and an old row needs no work.
Taking from a thousand buckets is one statement. Nobody waits in here: who must wait is told how
long.

To be called outside the transaction of a verb: what is rolled back was never taken.
"""

from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from core.addresses import keyed_digest
from crm.staff.models import Bucket

#: For rates: ``60 / MINUTE``.
MINUTE = 60
HOUR = 3600
DAY = 86_400

# The moments are the database's own, so that web servers whose clocks differ count alike. ``old``
# is what was there before (PostgreSQL 18). Sorted, or two statements could wait for each other.
TAKE = """
INSERT INTO crm_bucket AS bucket (digest, name, full_at)
SELECT asked.digest, %(name)s, statement_timestamp() + make_interval(secs => %(step)s)
FROM unnest(%(digests)s::bytea[]) AS asked (digest)
ORDER BY asked.digest
ON CONFLICT (digest) DO UPDATE SET full_at = CASE
    WHEN greatest(bucket.full_at, statement_timestamp()) + make_interval(secs => %(step)s)
        <= statement_timestamp() + make_interval(secs => %(span)s)
    THEN greatest(bucket.full_at, statement_timestamp()) + make_interval(secs => %(step)s)
    WHEN %(debt)s > 0
    THEN least(
        greatest(bucket.full_at, statement_timestamp()) + make_interval(secs => %(step)s),
        statement_timestamp() + make_interval(secs => %(span)s + %(debt)s)
    )
    ELSE bucket.full_at
END
RETURNING digest, extract(
    epoch FROM greatest(old.full_at, statement_timestamp()) - statement_timestamp()
)::float8 + %(step)s - %(span)s
"""
LOOK = """
SELECT extract(epoch FROM full_at - statement_timestamp())::float8
FROM crm_bucket
WHERE digest = %(digest)s
"""


def take(name: str, key: str, rate: float, burst: int) -> float:
    """Take one token: 0 where there was one, else the seconds until there will be one.

    ``name`` says what is counted and ``key`` for whom; ``rate`` is in tokens a second. A refused
    call takes nothing.
    """
    return take_each(name, [key], rate, burst)[key]


def take_each(name: str, keys: Iterable[str], rate: float, burst: int) -> dict[str, float]:
    """``take`` for each of the keys, in one statement: key → seconds to wait.

    Taken from all of them or refused one by one: a full wait for one key keeps no other from its
    token.
    """
    return _take(name, keys, rate, burst, debt=0)


def drain(name: str, key: str, rate: float, burst: int, debt: float) -> float:
    """Take one token even where there is none: what happened is counted, whatever was left.

    The bucket then owes, up to ``debt`` seconds' worth of tokens. Returns the seconds to wait.
    """
    return _take(name, [key], rate, burst, debt=debt)[key]


def look(name: str, key: str, rate: float, burst: int) -> float:
    """Seconds until a token can be taken, 0 for at once; nothing is taken."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"digest": digest_of(name, key)})
        row = cursor.fetchone()
    if row is None:
        return 0
    return max(0, row[0] + 1 / rate - burst / rate)


def forget_full() -> int:
    """Delete buckets that are full, as one without a row is; returns how many."""
    deleted, _by_model = Bucket.objects.filter(full_at__lt=timezone.now()).delete()
    return deleted


def per_second(rate: str) -> float:
    """ "600/min" of a setting as tokens a second; per s, min, hour or day."""
    amount, unit = rate.split("/")
    seconds = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}[unit[0]]
    return int(amount) / seconds


def digest_of(name: str, key: str) -> bytes:
    """What a bucket is found by.

    Keyed, so that the table of buckets names no address and no network (32 bytes).
    """
    return keyed_digest(f"{name} {key}")


def _take(
    name: str, keys: Iterable[str], rate: float, burst: int, *, debt: float
) -> dict[str, float]:
    """{key: seconds to wait, 0 for none}, all taken from in one statement."""
    by_digest = {digest_of(name, key): key for key in keys}
    values = {
        "name": name,
        "digests": list(by_digest),
        "step": 1 / rate,
        "span": burst / rate,
        "debt": float(debt),
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        rows = cursor.fetchall()

    waits = {}
    for digest, wait in rows:
        # A millionth of a second is the arithmetic's, not the visitor's.
        waits[by_digest[bytes(digest)]] = max(0, round(wait, 6))
    return waits
