"""The gates between the phases: what each phase asks for, and whether it is there.

Everything here is pure and says only facts: counts, names, amounts. ``words`` says them to people,
and the room's page adds the links. The rail, the button and the verb therefore agree.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

from campaigns.plan.checks import AtLeastOne, EachComplete, GateCheck, NoneLeft
from campaigns.plan.models import Campaign, ChannelPlan, Need
from campaigns.plan.promised import ArmsWritten, OutcomeNamed
from campaigns.plan.queries import Picture
from crm.segments.models import Segment

Phase = Campaign.Phase
PHASES = (Phase.PREPARE, Phase.STRATEGY, Phase.TACTICS, Phase.PERFORMANCE)
#: The shares of a complete channel mix together, %.
WHOLE_MIX = 100


# --- 1 prepare ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NeedsKnown(AtLeastOne):
    code = "needs"

    @classmethod
    def of(cls, picture):
        """How many needs the plan names."""
        return cls(count=len(picture.needs))


@dataclass(frozen=True)
class NeedsSourced(EachComplete):
    """A need of origin "other" must name its source; every other origin says enough."""

    code = "sources"
    origins: tuple[Need.Origin, ...]

    @classmethod
    def of(cls, picture):
        """All needs counted, those of origin "other" that name no source, and the other origins,
        each once, in the order in which they were first named.
        """
        unsourced, origins = [], []
        for need in picture.needs:
            if need.origin != Need.Origin.OTHER:
                origins.append(Need.Origin(need.origin))
            elif not need.source:
                unsourced.append(need)

        # A dict keeps the order in which the origins were first named.
        distinct = tuple(dict.fromkeys(origins))
        return cls(count=len(picture.needs), lacking=tuple(unsourced), origins=distinct)


@dataclass(frozen=True)
class NeedsMatched(EachComplete):
    code = "matches"

    @classmethod
    def of(cls, picture):
        """How many needs the plan names, and those that no cultural content answers."""
        return cls(count=len(picture.needs), lacking=tuple(picture.unmatched_needs))

    @property
    def matched(self) -> int:
        """How many needs have a cultural content."""
        return self.count - len(self.lacking)


@dataclass(frozen=True)
class ElementsNeeded(NoneLeft):
    """A content that nobody asked for may still be worth bringing."""

    code = "idle"

    @classmethod
    def of(cls, picture):
        """The cultural contents that answer no need."""
        return cls(left=tuple(picture.idle_elements))


# --- 2 strategy -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class AimsGiven(GateCheck):
    """One check for three things, because a person writes them in one go."""

    code = "aims"
    has_purpose: bool
    goals: int
    tasks: int

    @classmethod
    def of(cls, picture):
        """Whether there is a purpose, and the numbers of goals and tasks."""
        return cls(has_purpose=bool(picture.purpose), goals=picture.goals, tasks=picture.tasks)

    @property
    def ok(self):
        """A purpose, at least one goal and one task."""
        return self.has_purpose and self.goals > 0 and self.tasks > 0


@dataclass(frozen=True)
class AudienceChosen(GateCheck):
    code = "segments"
    segments: tuple[Segment, ...]
    holdout_percent: int

    @classmethod
    def of(cls, picture):
        """The segments that are addressed, and the percent of readers held out."""
        return cls(segments=tuple(picture.segments), holdout_percent=picture.holdout_percent)

    @property
    def ok(self):
        """At least one segment, and not only such as find nobody."""
        return bool(self.segments) and not self.finds_nobody

    @property
    def finds_nobody(self) -> bool:
        """Whether every segment was counted and none holds a reader; False without a segment.

        One that was never counted may hold some: the step counts it before it asks.
        """
        return {segment.size for segment in self.segments} == {0}


class AudienceStands(AudienceChosen):
    """Asked again before going live: the segments may have been exchanged, or emptied, since
    strategy was left, and a live campaign cannot choose others.
    """

    code = "audience"


@dataclass(frozen=True)
class MixComplete(GateCheck):
    """``share`` is the sum of the mix, %."""

    code = "mix"
    plans: tuple[ChannelPlan, ...]
    share: int

    @classmethod
    def of(cls, picture):
        """The planned channels, and the sum of their shares in percent."""
        return cls(plans=tuple(picture.plans), share=picture.share)

    @property
    def ok(self):
        """The shares add up to the whole."""
        return self.share == WHOLE_MIX

    @property
    def lacking(self) -> int:
        """Percentage points below 100; negative when the mix has too much."""
        return WHOLE_MIX - self.share


@dataclass(frozen=True)
class BudgetCovers(GateCheck):
    """CNY. A campaign needs a budget, even if it is 0."""

    code = "budget"
    budget: Decimal | None
    planned: Decimal

    @classmethod
    def of(cls, picture):
        """The budget, None where none was given, and what the channels are planned to cost."""
        return cls(budget=picture.budget, planned=picture.planned_cost)

    @property
    def ok(self):
        """A budget is given, and what is planned does not go beyond it."""
        return self.budget is not None and self.planned <= self.budget


@dataclass(frozen=True)
class PeriodGiven(GateCheck):
    code = "period"
    starts_on: date | None
    ends_on: date | None

    @classmethod
    def of(cls, picture):
        """The first and the last day; None for one that was not given."""
        return cls(starts_on=picture.starts_on, ends_on=picture.ends_on)

    @property
    def ok(self):
        """A first and a last day."""
        return None not in (self.starts_on, self.ends_on)


# --- 3 tactics ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class MailWritten(GateCheck):
    """Asked only of a mix with e-mail. ``titles``: the mails that have a text."""

    code = "contents"
    planned: bool
    titles: tuple[str, ...]

    @classmethod
    def of(cls, picture):
        """Whether e-mail is in the mix, and the titles of the mails that have a text."""
        planned = any(plan.channel.is_email for plan in picture.plans)
        titles = []
        for content in picture.contents:
            # A mail whose text was begun and emptied again has a title and nothing to send.
            has_text = bool(content.body.strip())
            if content.channel.is_email and has_text:
                titles.append(content.title)
        return cls(planned=planned, titles=tuple(titles))

    @property
    def ok(self):
        """At least one mail has a text, where mail is planned at all."""
        return bool(self.titles) or not self.planned


@dataclass(frozen=True)
class StandardsSet(AtLeastOne):
    code = "standards"

    @classmethod
    def of(cls, picture):
        """How many standards are set."""
        return cls(count=len(picture.standards))


@dataclass(frozen=True)
class StandardsSourced(EachComplete):
    code = "standard-sources"

    @classmethod
    def of(cls, picture):
        """How many standards are set, and those that name no source of their target."""
        unsourced = []
        for standard in picture.standards:
            if not standard.source.strip():
                unsourced.append(standard)
        return cls(count=len(picture.standards), lacking=tuple(unsourced))


@dataclass(frozen=True)
class ChannelsTracked(NoneLeft):
    """A channel without mail leaves a trace only through a tracked link."""

    code = "links"

    @classmethod
    def of(cls, picture):
        """The planned channels but e-mail that have no tracked link."""
        untracked = []
        for plan in picture.plans:
            has_link = plan.channel_id in picture.linked_channels
            if not plan.channel.is_email and not has_link:
                untracked.append(plan.channel)
        return cls(left=tuple(untracked))


# --- 4 performance --------------------------------------------------------------------------------
@dataclass(frozen=True)
class MailLaunched(NoneLeft):
    """A mail that was written and not needed need not go out."""

    code = "sent"

    @classmethod
    def of(cls, picture):
        """The titles of the mails that are still drafts."""
        drafts = []
        for content in picture.contents:
            if content.is_draft:
                drafts.append(content.title)
        return cls(left=tuple(drafts))


@dataclass(frozen=True)
class CampaignEvaluated(AtLeastOne):
    code = "evaluation"

    @classmethod
    def of(cls, picture):
        """How many evaluations the campaign has."""
        return cls(count=picture.evaluations)


@dataclass(frozen=True)
class NextTimeSaid(GateCheck):
    code = "next-time"
    next_time: str

    @classmethod
    def of(cls, picture):
        """What was written for the next time; empty where nothing was."""
        return cls(next_time=picture.next_time)

    @property
    def ok(self):
        """Somebody wrote what is done otherwise next time."""
        return bool(self.next_time)


#: In the order in which a person works through them.
ASKED: dict[str, tuple[type[GateCheck], ...]] = {
    Phase.PREPARE: (NeedsKnown, NeedsSourced, NeedsMatched, ElementsNeeded),
    Phase.STRATEGY: (
        AimsGiven,
        AudienceChosen,
        MixComplete,
        BudgetCovers,
        PeriodGiven,
        OutcomeNamed,
    ),
    Phase.TACTICS: (
        AudienceStands,
        MailWritten,
        ArmsWritten,
        StandardsSet,
        StandardsSourced,
        ChannelsTracked,
    ),
    Phase.PERFORMANCE: (MailLaunched, CampaignEvaluated, NextTimeSaid),
}


def checks(picture: Picture, phase: str) -> list[GateCheck]:
    """What ``phase`` asks for, in the order in which a person works through it. Empty for a closed
    campaign.
    """
    asked = ASKED.get(phase, ())
    return [kind.of(picture) for kind in asked]


def blocking(picture: Picture, phase: str) -> list[GateCheck]:
    """What keeps the gate behind ``phase`` shut, advice left out; empty where it is open."""
    return list(filter(attrgetter("blocks"), checks(picture, phase)))
