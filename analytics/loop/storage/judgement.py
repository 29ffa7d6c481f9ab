"""What is concluded, as JSON."""

from dataclasses import astuple

from analytics.loop.inputs.experiment import WindowProgress
from analytics.loop.judging.saying import (
    ArmTold,
    ChangedTold,
    EffectTold,
    GapTold,
    GuardTold,
    JudgementTold,
)
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from analytics.loop.measures import Measure
from analytics.loop.storage.figures import (
    count_from_json,
    count_to_json,
    figure_from_json,
    figure_to_json,
)
from analytics.loop.storage.subjects import subject_from_text, subject_to_text
from core.disclosure import Count, Missing


def judgement_to_json(judgement: JudgementTold) -> dict:
    """The effect, every gap that was compared, and how many there were."""
    stored = {
        "effect": _effect_to_json(judgement.effect),
        "gaps": list(map(_gap_to_json, judgement.gaps)),
        "compared": judgement.compared,
    }
    if judgement.changed is not None:
        stored["changed"] = {
            "outcome": figure_to_json(judgement.changed.outcome),
            "response": figure_to_json(judgement.changed.response),
        }
    if judgement.guards:
        stored["guardrails"] = list(map(_guard_to_json, judgement.guards))
    return stored


def judgement_from_json(stored: dict) -> JudgementTold:
    """The conclusions again; KeyError where a part is missing."""
    changed = None
    if "changed" in stored:
        two = stored["changed"]
        changed = ChangedTold(
            outcome=figure_from_json(two["outcome"], Measure.OUTCOME_DIFFERENCE),
            response=figure_from_json(two["response"], Measure.AUDIENCE_DIFFERENCE),
        )
    return JudgementTold(
        effect=_effect_from_json(stored["effect"]),
        gaps=tuple(map(_gap_from_json, stored["gaps"])),
        compared=stored["compared"],
        changed=changed,
        guards=tuple(map(_guard_from_json, stored.get("guardrails", []))),
    )


def _effect_to_json(effect: EffectTold) -> dict:
    """The figure under "shown", the days of the window as [passed, all]."""
    return {
        "verdict": effect.verdict.value,
        "provisional": effect.provisional,
        "progress": list(astuple(effect.progress)),
        "shown": figure_to_json(effect.shown),
        "adjusted": effect.is_adjusted,
        "explained": effect.explained,
        "visible": effect.visible,
        "smallest": effect.smallest,
        "losses": effect.losses,
        "before": effect.before,
        "arms": list(map(_arm_to_json, effect.arms)),
    }


def _effect_from_json(stored: dict) -> EffectTold:
    """The effect again."""
    return EffectTold(
        verdict=EffectVerdict(stored["verdict"]),
        provisional=stored["provisional"],
        progress=WindowProgress(*stored["progress"]),
        shown=figure_from_json(stored["shown"], Measure.OUTCOME_DIFFERENCE),
        is_adjusted=stored["adjusted"],
        explained=stored["explained"],
        visible=stored["visible"],
        smallest=stored["smallest"],
        losses=stored["losses"],
        before=stored["before"],
        arms=tuple(map(_arm_from_json, stored["arms"])),
    )


def _arm_to_json(arm: ArmTold) -> dict:
    """An arm by its code, its numbers null where they may not be told."""
    return {
        "arm": arm.arm,
        "name": arm.name,
        "drawn": count_to_json(arm.drawn),
        "lost": count_to_json(arm.lost),
        "effect": figure_to_json(arm.effect),
    }


def _arm_from_json(stored: dict) -> ArmTold:
    """The arm again."""
    return ArmTold(
        arm=stored["arm"],
        name=stored["name"],
        drawn=count_from_json(stored["drawn"]),
        lost=count_from_json(stored["lost"]),
        effect=figure_from_json(stored["effect"], Measure.OUTCOME_DIFFERENCE),
    )


def _guard_to_json(guard: GuardTold) -> dict:
    """A guardrail; its n null where nothing was recorded, or few."""
    return {
        "kind": guard.kind,
        "bound": guard.bound,
        "value": guard.value,
        "n": count_to_json(guard.n),
        "kept": guard.kept.value,
    }


def _guard_from_json(stored: dict) -> GuardTold:
    """The guardrail again. Null is what was not recorded: the n of few is told with no value."""
    n = Count.without(Missing.NOT_MEASURED)
    if stored["n"] is not None:
        n = Count.of(stored["n"])
    return GuardTold(
        kind=stored["kind"],
        bound=stored["bound"],
        value=stored["value"],
        n=n,
        kept=GuardKept(stored["kept"]),
    )


def _gap_to_json(gap: GapTold) -> dict:
    """What was compared, and whether it differs beyond chance."""
    stored = {
        "subject": subject_to_text(gap.subject),
        "found": gap.found,
        "randomised": gap.randomised,
    }
    if gap.figure is not None:
        stored |= figure_to_json(gap.figure)
    return stored


def _gap_from_json(stored: dict) -> GapTold:
    """The gap again; only that of an arm has a figure."""
    figure = None
    if "value" in stored:
        figure = figure_from_json(stored, Measure.OUTCOME_DIFFERENCE)
    return GapTold(
        subject=subject_from_text(stored["subject"]),
        found=stored["found"],
        randomised=stored["randomised"],
        figure=figure,
    )
