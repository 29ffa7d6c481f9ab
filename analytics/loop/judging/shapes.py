"""What an evaluation concludes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.loop.inputs.experiment import Guarded
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from analytics.loop.subjects import Subject
from core.estimates import Estimate
from core.inference.contrasts import Contrast


@dataclass(frozen=True)
class ArmsChecked:
    """Whether the arms are as they were drawn.

    ``losses`` and ``before``: two-sided p of the losses by arm, and of the outcome before the draw;
    None where it could not be asked.
    """

    losses: float | None
    before: float | None
    is_broken: bool


@dataclass(frozen=True)
class ArmEffect:
    """One arm against those held out; ``decided`` is the estimate that was named before launch."""

    arm: str
    n: int
    plain: Contrast
    adjusted: Contrast | None
    decided: Contrast


@dataclass(frozen=True)
class CampaignEffect:
    """What the campaign did to the named outcome.

    ``whole``: everybody addressed against everybody held out; None where the verdict is silent.
    ``shown``: the interval that is printed, wider than the final one while ``provisional``.
    ``visible``: the smallest effect these arms can show at 80 % power. ``smallest``: the smallest
    effect worth having, None where nobody named one. ``spread``: the standard deviation
    of the outcome among those held out. ``means``: of the outcome, of everybody addressed and of
    everybody held out; None where the verdict is silent.
    """

    verdict: EffectVerdict
    check: ArmsChecked | None = None
    whole: ArmEffect | None = None
    arms: tuple[ArmEffect, ...] = ()
    shown: Estimate | None = None
    provisional: bool = False
    visible: float | None = None
    smallest: float | None = None
    spread: float | None = None
    means: tuple[float, float] | None = None

    @property
    def is_broken(self) -> bool:
        """Whether the arms are not as they were drawn."""
        return self.verdict == EffectVerdict.NOT_AS_DRAWN


@dataclass(frozen=True)
class ComparedGap:
    """A difference between one part and the others, or between an hour and the planned one.

    ``found``: beyond chance, all gaps of the evaluation being looked at together. ``randomised``:
    the parts were drawn, so the difference is theirs. ``against``: the arm that an arm is compared
    with.
    """

    subject: Subject
    contrast: Contrast
    randomised: bool
    found: bool = False
    against: str = ""


@dataclass(frozen=True)
class SecondaryEffect:
    """What the campaign did to a secondary outcome, which decides nothing.

    ``contrast``: silent where it was not recorded, and where the arms are not as drawn. ``shown``:
    the interval that is printed, wider while provisional. ``found``: beyond chance, looked at
    together with all gaps of the evaluation; never before the end of the window.
    """

    outcome: str
    is_recorded: bool
    contrast: Contrast
    shown: Estimate
    found: bool = False


@dataclass(frozen=True)
class Guard:
    """A guardrail with what became of it: ``value`` in percent or hours, None where it was not
    recorded. ``bound``: the most that is no harm.
    """

    kind: str
    bound: float | None
    counted: Guarded | None
    value: float | None
    kept: GuardKept


@dataclass(frozen=True)
class ChangedPlan:
    """What the new arms did against the arm that went on as before: in the named outcome, and in
    the response of those who were mailed. By these two, promises of earlier cycles are checked.
    """

    outcome: Contrast
    response: Contrast


@dataclass(frozen=True)
class Judgement:
    """Everything concluded. ``compared``: how many gaps and secondary outcomes were looked at
    together. ``changed``: None where no arm went on as before.
    """

    effect: CampaignEffect
    gaps: tuple[ComparedGap, ...]
    compared: int
    changed: ChangedPlan | None = None
    guards: tuple[Guard, ...] = ()
    secondary: tuple[SecondaryEffect, ...] = ()

    @property
    def guards_held(self) -> bool:
        """Whether every guardrail held, as far as it was measured and as surely as it can be said:
        what nobody measured did not.
        """
        return all(one.kept == GuardKept.KEPT for one in self.guards)

    def gap(self, subject: Subject) -> ComparedGap | None:
        """The gap of one subject; None where it was not compared."""
        for one in self.gaps:
            if one.subject == subject:
                return one
        return None


@dataclass(frozen=True)
class Shares:
    """How the readers who were sent to responded, by segment: (responded, readers); ``whole`` is
    all of them.
    """

    whole: tuple[int, int]
    segments: Mapping[int, tuple[int, int]]
