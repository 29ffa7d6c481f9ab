"""Writing to those who decide."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.loop.letters import decision_letter, is_final, second_letter, sent_once, told_once
from analytics.loop.models import Evaluation, SecondReading
from analytics.loop.seconds import may_decide, to_be_told
from core.refusals import Refused
from crm.letters.actions import write
from crm.letters.models import Letter, LetterKind
from crm.staff.models import User
from feedback.voices.letters import LetterText

#: Nobody is told of a report that is older: it was there before anybody was told of reports.
TOLD_WITHIN = timedelta(days=7)


@transaction.atomic
def tell_deciders(*, evaluation: Evaluation, by: User | None) -> int:
    """Write to those who decide that a final report proposes something, once for each campaign;
    returns to how many. ``by`` is nobody where the night calls it.
    """
    if not is_final(evaluation) or timezone.now() - evaluation.computed_at > TOLD_WITHIN:
        return 0
    waiting = evaluation.adjustments.waiting().count()
    if not waiting:
        return 0
    people = list(to_be_told())
    said = decision_letter(evaluation, waiting)
    for person in people:
        _write(evaluation, person, said, told_once(evaluation.campaign, person), by)
    return len(people)


@transaction.atomic
def send_to_decider(*, evaluation: Evaluation, to: User, by: User) -> Letter:
    """Send a final report on to somebody who may decide, once a day. Refused where it is not final
    or nothing waits, and where they may not decide or have no address.
    """
    waiting = evaluation.adjustments.waiting().count()
    if not (waiting and is_final(evaluation)):
        raise Refused(_("Nothing waits for a decision in this report."))
    if not may_decide().filter(pk=to.pk).exclude(email="").exists():
        raise Refused(_("%(who)s cannot be written to.") % {"who": to})
    once = sent_once(evaluation.campaign, to, timezone.localdate())
    return _write(evaluation, to, decision_letter(evaluation, waiting, by), once, by)


@transaction.atomic
def ask_for_second(*, asked: SecondReading, by: User) -> None:
    """Write to everybody else who decides that a second person's yes is asked for.

    Once for each wish and person.
    """
    said = second_letter(asked)
    for person in to_be_told().exclude(pk=by.pk):
        once = f"second/{asked.pk}/{person.pk}"
        _write(asked.adjustment.evaluation, person, said, once, by)


def _write(
    evaluation: Evaluation, to: User, said: LetterText, once: str, by: User | None
) -> Letter:
    """Put the letter down; the same ``once`` again gives the one that is there."""
    return write(
        kind=LetterKind.DECISION,
        to=to.email,
        subject=said.subject,
        text=said.text,
        language=said.language,
        once=once,
        about=f"analytics.evaluation:{evaluation.pk}",
        by=by,
    )
