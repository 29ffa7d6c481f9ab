"""Guardrails: what was not to get worse, and what follows where nobody can say. Pure."""

from dataclasses import replace

import pytest

from analytics.loop.inputs.experiment import Guarded, PlannedGuardrail
from analytics.loop.judging.guardrails import guards_of
from analytics.loop.judging.saying import Recommended
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from analytics.loop.rules import CURRENT, rule_of
from analytics.worlds.concluding import conclude
from analytics.worlds.readers import Truth, play

RULE = rule_of(CURRENT)


def kept(n, amount, bound, kind="complaints"):
    (guard,) = guards_of([PlannedGuardrail(kind, bound)], [Guarded(kind, n, amount)], RULE)
    return guard.kept


@pytest.mark.parametrize(
    ("n", "reported", "expected"),
    [
        (5000, 0, GuardKept.KEPT),
        (5000, 5, GuardKept.KEPT),
        (5000, 40, GuardKept.BROKEN),
        # Nine of five thousand is more than one in a thousand, and may well be chance.
        (5000, 9, GuardKept.CANNOT_SAY),
        # One complaint of a few hundred mails breaks nothing.
        (480, 1, GuardKept.CANNOT_SAY),
        (0, 0, GuardKept.CANNOT_SAY),
    ],
)
def test_j2_a_guardrail_is_broken_beyond_chance(n, reported, expected):
    assert kept(n, reported, 0.1) == expected


@pytest.mark.parametrize(("bound", "answers"), [(0.5, 1), (1.0, 1), (0.2, 1)])
def test_j2_whether_it_was_kept_does_not_tell_how_few_there_were(bound, answers):
    assert len({kept(480, few, bound) for few in (1, 2, 3, 4)}) == answers


def test_hours_are_booked_and_not_sampled():
    assert kept(1, 12, 10, kind="staff_hours") == GuardKept.BROKEN
    assert kept(1, 10, 10, kind="staff_hours") == GuardKept.KEPT


def concluded_with(guarded):
    """A campaign that surely helps, whose complaints were not to pass one in a hundred."""
    inputs = play(Truth(effect=0.15, readers=4000), 1)
    promised = replace(inputs.promised, guardrails=(PlannedGuardrail("complaints", 1.0),))
    drawn = replace(inputs.drawn, guarded=guarded)
    return conclude(replace(inputs, promised=promised, drawn=drawn))


def test_j2_what_nobody_measured_did_not_hold():
    measured = concluded_with((Guarded("complaints", 3000, 5),))
    unmeasured = concluded_with(())
    assert measured.verdict == unmeasured.verdict == EffectVerdict.GOOD
    assert measured.results.judgement.recommended == Recommended.GO_ON
    assert unmeasured.results.judgement.recommended == Recommended.OPEN
