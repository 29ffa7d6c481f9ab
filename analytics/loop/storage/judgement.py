"""What is concluded, as JSON."""

from dataclasses import astuple
from functools import partial

from analytics.loop.inputs.experiment import WindowProgress
from analytics.loop.judging.saying import (
    AmountTold,
    ArmTold,
    ChangedTold,
    EffectTold,
    GapTold,
    GuardTold,
    JudgementTold,
    SecondaryTold,
)
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from analytics.loop.measures import Measure, difference_of
from analytics.loop.storage.figures import (
    count_from_json,
    count_to_json,
    figure_from_json,
    figure_to_json,
)
from analytics.loop.storage.subjects import subject_from_text, subject_to_text
from core.disclosure import Count, Missing

#: The key of an arm under which stands who was also mailed by another campaign.
TOUCHED = "touched"


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
    # Left out where there are none, so that reports without them store what they stored.
    if judgement.secondary:
        stored["secondary"] = list(map(_secondary_to_json, judgement.secondary))
    return stored


def judgement_from_json(stored: dict) -> JudgementTold:
    """The conclusions again; KeyError where a part is missing."""
    effect = _effect_from_json(stored["effect"])
    changed = None
    if "changed" in stored:
        two = stored["changed"]
        changed = ChangedTold(
            outcome=figure_from_json(two["outcome"], effect.measure),
            response=figure_from_json(two["response"], Measure.AUDIENCE_DIFFERENCE),
        )
    return JudgementTold(
        effect=effect,
        gaps=tuple(map(partial(_gap_from_json, measure=effect.measure), stored["gaps"])),
        compared=stored["compared"],
        changed=changed,
        guards=tuple(map(_guard_from_json, stored.get("guardrails", []))),
        secondary=tuple(map(_secondary_from_json, stored.get("secondary", []))),
    )


def _secondary_to_json(one: SecondaryTold) -> dict:
    """A secondary outcome by its code, with why there is no value where there is none."""
    missing = None
    if one.missing is not None:
        missing = one.missing.value
    told = {"outcome": one.outcome, "found": one.found, "missing": missing}
    return told | figure_to_json(one.figure)


def _secondary_from_json(stored: dict) -> SecondaryTold:
    """The secondary outcome again."""
    missing = None
    if stored["missing"] is not None:
        missing = Missing(stored["missing"])
    figure = figure_from_json(stored, Measure.OUTCOME_DIFFERENCE)
    return SecondaryTold(stored["outcome"], figure, stored["found"], missing)


def _effect_to_json(effect: EffectTold) -> dict:
    """The figure under "shown", the days of the window as [passed, all]; "amount" only where it was
    asked how often.
    """
    stored = {
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
        "outcome": effect.outcome,
        "window_days": effect.window_days,
    }
    if effect.amount is not None:
        stored["amount"] = {
            "plain": figure_to_json(effect.amount.plain),
            "treated": effect.amount.treated,
            "held_out": effect.amount.held,
        }
    return stored


def _amount_from_json(stored: dict) -> AmountTold:
    """How often, of both arms, again."""
    plain = figure_from_json(stored["plain"], Measure.OUTCOME_AMOUNT)
    return AmountTold(plain, stored["treated"], stored["held_out"])


def _effect_from_json(stored: dict) -> EffectTold:
    """The effect again."""
    amount = None
    # What the differences are of follows from whether it was asked how often.
    if "amount" in stored:
        amount = _amount_from_json(stored["amount"])
    measure = difference_of(is_amount=amount is not None)
    return EffectTold(
        verdict=EffectVerdict(stored["verdict"]),
        provisional=stored["provisional"],
        progress=WindowProgress(*stored["progress"]),
        shown=figure_from_json(stored["shown"], measure),
        is_adjusted=stored["adjusted"],
        explained=stored["explained"],
        visible=stored["visible"],
        smallest=stored["smallest"],
        losses=stored["losses"],
        before=stored["before"],
        arms=tuple(map(partial(_arm_from_json, measure=measure), stored["arms"])),
        amount=amount,
        outcome=stored["outcome"],
        window_days=stored["window_days"],
    )


def _arm_to_json(arm: ArmTold) -> dict:
    """An arm by its code, its numbers null where they may not be told."""
    stored = {
        "arm": arm.arm,
        "name": arm.name,
        "drawn": count_to_json(arm.drawn),
        "lost": count_to_json(arm.lost),
        "effect": figure_to_json(arm.effect),
    }
    # Null is withheld; where nobody was counted there is no key at all.
    if arm.touched.is_known:
        stored[TOUCHED] = count_to_json(arm.touched)
    return stored


def _arm_from_json(stored: dict, measure: Measure) -> ArmTold:
    """The arm again, its difference one of ``measure``."""
    touched = Count.without(Missing.NOT_MEASURED)
    if TOUCHED in stored:
        touched = count_from_json(stored[TOUCHED])
    return ArmTold(
        arm=stored["arm"],
        name=stored["name"],
        drawn=count_from_json(stored["drawn"]),
        lost=count_from_json(stored["lost"]),
        touched=touched,
        effect=figure_from_json(stored["effect"], measure),
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


def _gap_from_json(stored: dict, measure: Measure) -> GapTold:
    """The gap again; only that of an arm has a figure, a difference of ``measure``."""
    figure = None
    if "value" in stored:
        figure = figure_from_json(stored, measure)
    return GapTold(
        subject=subject_from_text(stored["subject"]),
        found=stored["found"],
        randomised=stored["randomised"],
        figure=figure,
    )
