"""The public halves of the keys of anonymous answers: told by the workers, used by the pages."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

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
        row, _made = AnswerKey.objects.update_or_create(public=public, defaults={"opened_at": now})
        newest = row.pk
    return newest


def is_ready() -> bool:
    """True when answers can be sealed: some worker has told its key."""
    return AnswerKey.objects.exists()


def waits_for_key(survey: Survey | None = None) -> bool:
    """True when held answers (of one survey, or of any) lie there that no worker can open now."""
    since = timezone.now() - SILENT_AFTER
    unopened = Q(key__opened_at__isnull=True) | Q(key__opened_at__lt=since)
    held = HeldAnswer.objects.filter(unopened)
    if survey is not None:
        held = held.filter(survey=survey)
    return held.exists()
