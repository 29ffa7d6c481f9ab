"""Held answers whose key is lost, or that the portal did not take: found, counted, and in the end
discarded by hand (ADR 0026).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.disclosure import Count
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from feedback.surveys import sealing
from feedback.surveys.anonymity import opened, spent_among
from feedback.surveys.keys import SILENT_AFTER
from feedback.surveys.models import AnswerKey, HeldAnswer, Survey
from feedback.surveys.sealing import CannotOpen


def find_lost() -> dict[Survey, list[UUID]]:
    """The held answers that no key opens or the portal vouches for, and copies, by survey.

    Only a process with every key that still exists can say so: Refused in one that has none, since
    to it every answer would be lost.
    """
    if not sealing.private_halves():
        raise Refused(_("There is no key here: ANSWERS_PRIVATE_KEY must be that of the workers."))

    heard_since = timezone.now() - SILENT_AFTER
    found: dict[Survey, list[UUID]] = {}
    seen: set[tuple[int, str | None]] = set()
    # What an earlier version held in the open is sealed by the next run.
    held = HeldAnswer.objects.exclude(key=None, from_before=True).select_related("survey", "key")
    for one in held.iterator(chunk_size=100):
        if is_heard_elsewhere(one.key, heard_since):
            continue
        number = number_of(one)
        if number is None or (one.survey_id, number) in seen or is_spent(one, number):
            found.setdefault(one.survey, []).append(one.pk)
        seen.add((one.survey_id, number))
    return found


def is_heard_elsewhere(key: AnswerKey | None, since: datetime) -> bool:
    """Whether another process than this has had the private half since ``since``: then this one may
    not call the answers lost.
    """
    if key is None or key.opened_at is None or key.opened_at < since:
        return False
    return bytes(key.public) not in sealing.private_halves()


def number_of(one: HeldAnswer) -> str | None:
    """The number in the box. None where its key is not at hand, and for one that is damaged or not
    the portal's.
    """
    public = bytes(one.key.public).hex() if one.key else ""
    try:
        content = opened(bytes(one.sealed), one.survey_id, public, from_before=one.from_before)
    except (CannotOpen, KeyError):
        return None
    return content.nonce


def is_spent(one: HeldAnswer, number: str) -> bool:
    """Whether its answer was written, or deleted, before: then this is a copy."""
    return number in spent_among(one.survey_id, [number])


@transaction.atomic
def discard_lost(*, expected: int, by: User) -> dict[Survey, int]:
    """Discard what can never be opened; returns how many of each survey.

    Each survey says so from then on, and its last batch is no longer kept from being written.
    Refused where there are other than ``expected`` in all: somebody looked at another state.
    """
    found = find_lost()
    total = sum(map(len, found.values()))
    if total != expected:
        raise Refused(
            _("%(found)s answers cannot be opened, and not %(expected)s: nothing was discarded.")
            % {"found": total, "expected": expected}
        )
    discarded = {}
    for survey, answers in found.items():
        discarded[survey] = _discard(survey, answers, by)
    return discarded


def _discard(survey: Survey, answers: list[UUID], by: User) -> int:
    """One survey's; another run may have been faster with some of them."""
    stored = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    gone, _by_model = HeldAnswer.objects.filter(survey=stored, pk__in=answers).delete()
    stored.unopened += gone
    stored.save(update_fields=["unopened"])
    # Whoever may read the trail may not know of one to four answers.
    shown = Count.of(gone).public_number
    audit.record(action=AuditAction.SURVEY_DISCARD, by=by, on=stored, rows=shown)
    return gone


def lost_in_words(survey: Survey) -> str:
    """What the survey's pages say of answers that were discarded; empty where none were."""
    n = Count.of(survey.unopened)
    if n.is_zero:
        return ""
    few = _(
        "A few anonymous answers could not be opened: their key was lost, or they were not"
        " taken by this portal. They were discarded and are in no figure."
    )
    said = _(
        "%(n)s anonymous answers could not be opened: their key was lost, or they were not taken by"
        " this portal. They were discarded and are in no figure."
    )
    return n.in_words(said, withheld=few)
