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
