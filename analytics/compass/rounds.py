"""Campaigns as rounds of lines, with what each round's evaluation set going."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from analytics.facts.periods import midnight
from analytics.loop.inputs.window import end_of
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.words import field_name
from campaigns.plan.models import Campaign
from core.days import nearest_plausible

State = Adjustment.State
AGREED = (State.ACCEPTED, State.CHANGED)


@dataclass(frozen=True, kw_only=True)
class Round:
    """One campaign of a line.

    ``line``: the first campaign of its line. ``over``: when its period ended or will, None where it
    has no last day and is not closed. ``evaluated_at``: when it was first evaluated to its end;
    an evaluation before the end is provisional and does not count.
    """

    pk: int
    line: int
    previous: int | None
    title: str
    url: str
    created_at: datetime
    first_day_over: datetime | None
    locked_at: datetime | None
    over: datetime | None
    evaluated_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether its period is over at ``now``; never where it has no end."""
        return self.over is not None and self.over <= now


@dataclass(frozen=True, kw_only=True)
class RoundProposal:
    """A proposed change of one field of a plan, and what became of it.

    ``enters_a_plan``: it was agreed to, and a next round is there to hold it; who stops has none.
    ``applied_at`` is None also where it stands in a plan and nobody recorded since when.
    """

    line: int
    title: str
    url: str
    proposed_at: datetime
    decided_at: datetime | None
    enters_a_plan: bool
    is_applied: bool
    applied_at: datetime | None


#: {the first round of a line: all its rounds, the first one too}.
Lines = dict[Round, list[Round]]


@dataclass(frozen=True)
class Rounds:
    """All campaigns and all proposals that no newer evaluation has replaced."""

    campaigns: tuple[Round, ...]
    proposals: tuple[RoundProposal, ...]

    @cached_property
    def lines(self) -> Lines:
        """The rounds of each line in their order, lines by their first round."""
        by_key = {one.pk: one for one in self.campaigns}
        lines: Lines = {}
        for one in self.campaigns:
            lines.setdefault(by_key[one.line], []).append(one)
        return lines

    @cached_property
    def _following(self) -> dict[int, Round]:
        """{campaign: the one that was drawn from it}."""
        return {one.previous: one for one in self.campaigns if one.previous is not None}

    def next_of(self, one: Round) -> Round | None:
        """The round after ``one``; None where there is none yet."""
        return self._following.get(one.pk)


def collect(viewer) -> Rounds:
    """Every campaign, and evaluations and proposals as ``viewer`` may see them.

    Three statements.
    """
    # All campaigns, also those whose evaluations this person does not see: a line must not fall
    # into two because of who looks at it.
    campaigns = list(Campaign.objects.order_by("created_at", "pk"))
    firsts = first_of_lines({one.pk: one.previous_id for one in campaigns})
    evaluated = _evaluated_at(viewer, {one.pk: over_at(one) for one in campaigns})

    rounds = []
    for campaign in campaigns:
        rounds.append(_round(campaign, firsts[campaign.pk], evaluated.get(campaign.pk)))
    return Rounds(tuple(rounds), tuple(_proposals(viewer, firsts)))


def over_at(campaign: Campaign) -> datetime | None:
    """When the campaign's period was over or will be; None where it has no last day and nobody has
    closed it.
    """
    # The planned end first: a campaign that is closed late was over all the same.
    return end_of(campaign) or campaign.closed_at


def first_of_lines(previous: dict[int, int | None]) -> dict[int, int]:
    """{campaign: the first one of its line} from {campaign: the one before it}."""
    firsts: dict[int, int] = {}
    for pk in previous:
        # Every step is walked once: what was found for one campaign is kept for all on the way.
        walked = [pk]
        while previous[walked[-1]] is not None and walked[-1] not in firsts:
            walked.append(previous[walked[-1]])
        first = firsts.get(walked[-1], walked[-1])
        firsts.update(dict.fromkeys(walked, first))
    return firsts


def _round(campaign: Campaign, line: int, evaluated_at: datetime | None) -> Round:
    """The campaign as one round of its line."""
    first_day_over = None
    if campaign.starts_on is not None:
        # A campaign may go live on any hour of its first day and is not late.
        first_day_over = midnight(nearest_plausible(campaign.starts_on) + timedelta(days=1))
    return Round(
        pk=campaign.pk,
        line=line,
        previous=campaign.previous_id,
        title=campaign.title,
        url=campaign.get_absolute_url(),
        created_at=campaign.created_at,
        first_day_over=first_day_over,
        locked_at=campaign.locked_at,
        over=over_at(campaign),
        evaluated_at=evaluated_at,
    )


def _evaluated_at(viewer, over: dict[int, datetime | None]) -> dict[int, datetime]:
    """{campaign: when it was first evaluated to its end}; a campaign that was not is not in it."""
    evaluations = Evaluation.objects.visible_to(viewer).order_by("computed_at", "pk")
    # Where readers have windows of their own, these may end after the period.
    columns = ("campaign", "as_of", "computed_at", "results__judgement__effect__provisional")
    first: dict[int, datetime] = {}
    for campaign, as_of, computed_at, is_provisional in evaluations.values_list(*columns):
        end = over[campaign]
        # Up to when was counted, not when: an evaluation made later may look back at a moment
        # before the end.
        if end is not None and as_of >= end and not is_provisional:
            first.setdefault(campaign, computed_at)
    return first


def _proposals(viewer, firsts: dict[int, int]) -> Iterable[RoundProposal]:
    """Each proposal that no newer evaluation has replaced, with its decision."""
    found = Adjustment.objects.visible_to(viewer).exclude(state=State.SUPERSEDED)
    found = found.select_related("decision", "evaluation__campaign")
    # Frozen inputs and results are large, and nothing of them is asked for here.
    found = found.defer("evaluation__inputs", "evaluation__results")
    for adjustment in found.order_by("evaluation__computed_at", "pk"):
        campaign = adjustment.evaluation.campaign
        yield RoundProposal(
            line=firsts[campaign.pk],
            title=f"{campaign.title} · {field_name(adjustment)}",
            url=adjustment.get_absolute_url(),
            proposed_at=adjustment.evaluation.computed_at,
            decided_at=_decided_at(adjustment),
            enters_a_plan=adjustment.state in AGREED and not adjustment.is_agreed_stop,
            is_applied=adjustment.applied_in_id is not None,
            applied_at=adjustment.applied_at,
        )


def _decided_at(adjustment: Adjustment) -> datetime | None:
    """When a person decided about it; None while it waits."""
    if adjustment.is_undecided:
        return None
    return adjustment.decision.at
