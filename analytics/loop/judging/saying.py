"""What of the conclusions everybody may be told, as reports, files and the API have it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.loop.inputs.experiment import WindowProgress
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from analytics.loop.measures import Figure, Measure, difference_of
from analytics.loop.subjects import Subject
from campaigns.experiments.models import Guardrail
from core.disclosure import Count, Missing

#: Guardrails that are counts of readers or mails, in percent of those it is known of.
IN_PERCENT = frozenset({Guardrail.Kind.UNSUBSCRIBES, Guardrail.Kind.COMPLAINTS})


@dataclass(frozen=True)
class CountedChannel:
    """``responses`` to so much ``effort``, by ``share`` percent of the plan; None where they are
    withheld or were not measured. ``is_open``: followings of links, not readers. ``earlier``:
    (responses, effort) in each cycle before, newest first, None where the channel was not measured
    or effort was another.
    """

    code: str
    responses: int | None
    effort: float
    is_open: bool
    share: int = 0
    earlier: tuple[tuple[float, float] | None, ...] = ()


@dataclass(frozen=True)
class ArmTold:
    """How many were drawn into an arm, how many of them were lost, how many were also mailed by
    another campaign, and its difference to those held out; silent for those held out themselves.
    """

    arm: str
    name: dict[str, str]
    drawn: Count
    lost: Count
    touched: Count
    effect: Figure


@dataclass(frozen=True)
class AmountTold:
    """Of an outcome that is counted: how often each reader of both arms did it.

    ``treated``, ``held``: means, None where they would tell of few. ``plain``: the difference
    between them, without any correction.
    """

    plain: Figure
    treated: float | None
    held: float | None


@dataclass(frozen=True)
class EffectTold:
    """The effect as reports print it.

    ``shown``: by the interval of today, silent where nothing can be said. ``is_adjusted``: decided
    by what readers did before; ``explained``: the share of the outcome's variance that this
    explains. ``visible`` and ``smallest`` in the unit of ``shown``. ``losses``, ``before``: p of
    the two checks of the arms. ``amount``: None where it was asked only whether. ``outcome``: the
    code of what was named before the launch, empty where nothing was; ``window_days``: how long
    each reader had for it.
    """

    verdict: EffectVerdict
    provisional: bool
    progress: WindowProgress
    shown: Figure
    is_adjusted: bool = False
    explained: float | None = None
    visible: float | None = None
    smallest: float | None = None
    losses: float | None = None
    before: float | None = None
    arms: tuple[ArmTold, ...] = ()
    amount: AmountTold | None = None
    outcome: str = ""
    window_days: int | None = None

    @property
    def measure(self) -> Measure:
        """What its differences are of: shares, or how often."""
        return difference_of(is_amount=self.amount is not None)


@dataclass(frozen=True)
class GapTold:
    """A gap that was compared. ``figure``: of an arm; of everything else it stands with what it is
    a gap of.
    """

    subject: Subject
    found: bool
    randomised: bool
    figure: Figure | None = None


@dataclass(frozen=True)
class ChangedTold:
    """What the new arms did against the one that went on as before, in outcome and in response."""

    outcome: Figure
    response: Figure


@dataclass(frozen=True)
class GuardTold:
    """A guardrail as reports print it. ``value`` is None where it was not recorded, and where it
    would tell of one to four readers; ``n`` says of how many it is.
    """

    kind: str
    bound: float | None
    value: float | None
    n: Count
    kept: GuardKept


@dataclass(frozen=True)
class SecondaryTold:
    """A secondary outcome as reports print it: the difference in shares, or why there is none."""

    outcome: str
    figure: Figure
    found: bool
    missing: Missing | None = None


class Recommended(StrEnum):
    """What the rule of the report says: go on only where the named outcome is better and no
    guardrail is worse than it may be.
    """

    GO_ON = "go_on"
    STOP = "stop"
    SEND_LESS = "send_less"
    CHANGE = "change"
    OPEN = "open"
    WAIT = "wait"


@dataclass(frozen=True)
class JudgementTold:
    """``compared``: how many gaps and secondary outcomes were looked at together. ``changed``: None
    where no arm went on as before. ``secondary`` plays no part in what is recommended.
    """

    effect: EffectTold
    gaps: tuple[GapTold, ...]
    compared: int
    changed: ChangedTold | None = None
    guards: tuple[GuardTold, ...] = ()
    secondary: tuple[SecondaryTold, ...] = ()

    @property
    def has_open_guard(self) -> bool:
        """Whether nobody can say of a guardrail that it held: what was not measured did not."""
        return any(guard.kept == GuardKept.CANNOT_SAY for guard in self.guards)

    @property
    def recommended(self) -> Recommended:
        """What follows by the rule that stood before the launch. A person decides; a decision
        against it says why.
        """
        if self.effect.verdict == EffectVerdict.HARMFUL:
            return Recommended.STOP
        # Only harm is said before the end.
        if self.effect.provisional:
            return Recommended.WAIT
        # Before the effect is asked for: an outcome that came at the price of readers is no
        # success.
        if any(guard.kept == GuardKept.BROKEN for guard in self.guards):
            return Recommended.CHANGE
        if self.effect.verdict == EffectVerdict.GOOD and self.has_open_guard:
            return Recommended.OPEN
        if self.effect.verdict == EffectVerdict.GOOD:
            return Recommended.GO_ON
        if self.effect.verdict == EffectVerdict.NIL:
            return Recommended.SEND_LESS
        return Recommended.OPEN
