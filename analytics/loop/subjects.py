"""What a finding or an adjustment is about. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class SubjectKind(StrEnum):
    """Kinds of subjects; the values begin their stored form (``channel:email``)."""

    LIFT = "lift"
    CHANNEL = "channel"
    SEGMENT = "segment"
    HOUR = "hour"
    STANDARD = "standard"
    SURVEY = "survey"
    COST_PER_RESPONSE = "per_response"
    SEND_HOUR = "send_hour"
    GAP = "gap"
    ARM = "arm"
    CAMPAIGN = "campaign"
    HOLDOUT = "holdout"


@dataclass(frozen=True)
class Subject:
    """One thing that can be found or changed.

    ``key`` names the row: a channel's code, a segment's or survey's primary key, an hour, a metric;
    it is empty where there is only one. ``measure`` is what of a survey is meant. A gap is the
    difference of ``inner`` to the others.
    """

    kind: SubjectKind
    key: str = ""
    measure: str = ""
    inner: "Subject | None" = None

    @classmethod
    def channel(cls, code: str) -> Self:
        """A channel, by its code."""
        return cls(SubjectKind.CHANNEL, code)

    @classmethod
    def segment(cls, pk: int) -> Self:
        """A segment, by its key."""
        return cls(SubjectKind.SEGMENT, str(pk))

    @classmethod
    def hour(cls, hour: int) -> Self:
        """A local hour of sending, 0 to 23."""
        return cls(SubjectKind.HOUR, str(hour))

    @classmethod
    def standard(cls, metric: str) -> Self:
        """A standard, by what it measures."""
        return cls(SubjectKind.STANDARD, str(metric))

    @classmethod
    def survey(cls, pk: int, measure: str) -> Self:
        """One measure of a survey: its satisfaction, or its recommendation."""
        return cls(SubjectKind.SURVEY, str(pk), str(measure))

    @classmethod
    def arm(cls, code: str) -> Self:
        """An arm of the draw, by its code."""
        return cls(SubjectKind.ARM, code)

    @classmethod
    def gap(cls, inner: "Subject") -> Self:
        """The difference of ``inner`` to all others."""
        return cls(SubjectKind.GAP, inner=inner)


LIFT = Subject(SubjectKind.LIFT)
COST_PER_RESPONSE = Subject(SubjectKind.COST_PER_RESPONSE)
SEND_HOUR = Subject(SubjectKind.SEND_HOUR)
CAMPAIGN = Subject(SubjectKind.CAMPAIGN)
HOLDOUT = Subject(SubjectKind.HOLDOUT)
