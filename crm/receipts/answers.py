"""What a program sends under a key is done once, however often it is sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from core.addresses import keyed_digest
from crm.receipts.models import KeptAnswer

#: One at a time under a key; whoever comes second is told so and does not wait.
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%s)"


class InFlight(Exception):
    """The same key is being worked on at this moment."""


class OtherBody(Exception):
    """Under this key something else was sent before."""


@dataclass(frozen=True)
class Answered:
    """Status and body of an answer; ``is_repeat`` where nothing was done but to look it up."""

    status: int
    answer: dict
    is_repeat: bool = False


def digest_of(said) -> bytes:
    """Keyed SHA-256 of a JSON value, whatever the order of its keys (32 bytes).

    TypeError for what is no JSON. Two bodies that say the same have one digest.
    """
    return keyed_digest(json.dumps(said, sort_keys=True, ensure_ascii=True))


@transaction.atomic
def answer_once(
    *, whose: str, key: str, said: bytes, act: Callable[[], tuple[int, dict]]
) -> Answered:
    """What ``act`` answers, done once for ``whose`` ``key``; ``said`` is the digest of the body.

    The answer is kept in the transaction of what was done: of a request that was killed neither is
    there, and the program may send it again. What ``act`` raises is passed on, and nothing is kept.
    Raises InFlight and OtherBody.
    """
    name = keyed_digest(f"{whose}\n{key}")
    if not _held(name):
        raise InFlight
    kept = KeptAnswer.objects.filter(pk=name).first()
    if kept is None:
        status, answer = act()
        KeptAnswer.objects.create(key=name, digest=said, status=status, answer=answer)
        return Answered(status, answer)
    if bytes(kept.digest) != said:
        raise OtherBody
    return Answered(kept.status, kept.answer, is_repeat=True)


def _held(name: bytes) -> bool:
    """Whether the key is this transaction's alone until it ends."""
    number = int.from_bytes(name[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK, [number])
        (is_held,) = cursor.fetchone()
    return is_held
