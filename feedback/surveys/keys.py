"""The public halves of the keys of anonymous answers: told by the workers, used by the pages."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core.vouching import answer_key_mac, is_vouched
from feedback.surveys import sealing
from feedback.surveys.models import AnswerKey, HeldAnswer, Survey

#: Workers open held answers every minute; one that is silent for so long lacks its key, or is down.
SILENT_AFTER = timedelta(minutes=10)


def announce() -> int | None:
    """Write down the public halves of this process's keys, the newest last.

    Returns the number of the newest, None in a process that has none.
    """
    newest = None
    now = timezone.now()
    for public in reversed(sealing.private_halves()):
        said = {"opened_at": now, "mac": answer_key_mac(public, settings.PRIVACY_KEY)}
        row, _made = AnswerKey.objects.update_or_create(public=public, defaults=said)
        newest = row.pk
    return newest


def is_ready() -> bool:
    """True when answers can be sealed: the newest key is one that a worker has told. One query."""
    newest = AnswerKey.objects.order_by("pk").last()
    return newest is not None and is_ours(newest.public, newest.mac)


def is_ours(public: bytes, mac: bytes | None) -> bool:
    """Whether a worker, or a start of the portal, vouches for this public half; false without a
    mark.
    """
    return is_vouched(bytes(public), mac, settings.PRIVACY_KEY)


def is_foreign() -> bool:
    """True when the newest key is nobody's here: somebody else may be able to open what it seals,
    so pages take no anonymous answers.
    """
    return AnswerKey.objects.exists() and not is_ready()


def foreign_key() -> Iterator[dict]:
    """What is broken about the key in use, for the look through what was published: one break where
    nobody vouches for it, else nothing.
    """
    if is_foreign():
        newest = AnswerKey.objects.order_by("pk").last()
        values = {"row": f"{AnswerKey._meta.db_table}/{newest.pk}"}
        yield {"code": "foreign_answer_key", "values": values}


def waits_for_key(survey: Survey | None = None) -> bool:
    """True when held answers (of one survey, or of any) lie there that no worker can open now: none
    has said for ``SILENT_AFTER`` that it has their key.
    """
    since = timezone.now() - SILENT_AFTER
    unopened = Q(key__opened_at__isnull=True) | Q(key__opened_at__lt=since)
    held = HeldAnswer.objects.filter(unopened)
    if survey is not None:
        held = held.filter(survey=survey)
    return held.exists()
