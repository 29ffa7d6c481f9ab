"""The words of conclusions, apart from the statistics that lead to them. Pure."""

from enum import StrEnum


class EffectVerdict(StrEnum):
    """What is concluded of an effect. The first four say why nothing is."""

    NOT_RECORDED = "not_recorded"
    NO_HOLDOUT = "no_holdout"
    NOT_AS_DRAWN = "not_as_drawn"
    FEW = "few"
    HARMFUL = "harmful"
    NIL = "nil"
    GOOD = "good"
    OPEN = "open"

    @property
    def is_silent(self) -> bool:
        """Whether there is no effect to speak of at all."""
        return self in SILENT

    @property
    def lets_arms_be_compared(self) -> bool:
        """Whether arms may be compared with each other: what nobody recorded, and arms that are
        not as they were drawn, tell nothing of either.
        """
        return self not in {EffectVerdict.NOT_RECORDED, EffectVerdict.NOT_AS_DRAWN}


SILENT = frozenset(
    {
        EffectVerdict.NOT_RECORDED,
        EffectVerdict.NO_HOLDOUT,
        EffectVerdict.NOT_AS_DRAWN,
        EffectVerdict.FEW,
    }
)


class GuardKept(StrEnum):
    """Whether a guardrail was kept."""

    KEPT = "kept"
    BROKEN = "broken"
    CANNOT_SAY = "cannot_say"
