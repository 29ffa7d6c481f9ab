"""What is known of a campaign at a moment, read set-based and frozen: counted deliveries, persons,
links, costs, standards.
"""

from datetime import datetime

from django.db import connection, transaction

from analytics.loop import rules
from analytics.loop.inputs import drawn, statements
from analytics.loop.inputs.mails import mails_kept
from analytics.loop.inputs.recorded import outcome_recorded, outcomes_recorded
from analytics.loop.inputs.shapes import (
    Amendment,
    BookedCost,
    Inputs,
    LockedStandard,
    PlannedChannel,
    SurveyFigures,
)
from analytics.loop.inputs.window import Window, window_of
from campaigns.experiments.models import Experiment, NamedOutcome
from campaigns.experiments.queries import experiment_of
from campaigns.plan.models import Campaign, ChannelPlan, Standard
from core.localised import CHINESE, ENGLISH, in_every_language
from crm.library.chosen import hour_rate


def freeze(campaign: Campaign, as_of: datetime, surveys: tuple[SurveyFigures, ...]) -> Inputs:
    """Everything the figures are computed from. ``surveys`` comes from ``loop.surveys``.

    Raises NothingToEvaluate before the launch.
    """
    window = window_of(campaign, as_of)
    params = statements.parameters(campaign, window)
    experiment = experiment_of(campaign)
    with transaction.atomic(), connection.cursor() as cursor, mails_kept(cursor, params):
        counted = {
            "cells": statements.cells(cursor, params),
            "persons": statements.persons(cursor, params),
            "open_links": statements.open_links(cursor, params),
            "contributors": statements.contributors(cursor, params),
            "calls": statements.calls(cursor, params),
            "unchosen_segments": statements.unchosen_segments(cursor, params),
            "answered_elsewhere": statements.answered_elsewhere(cursor, params),
            "followed_elsewhere": statements.followed_elsewhere(cursor, params),
            "drawn": drawn.drawn_in(experiment, cursor, params, window, as_of),
        }

    segments = campaign.segments.order_by("pk")
    # Frozen with their names: a report of last year must not change when a segment is renamed.
    names = dict(segments.values_list("pk", "name"))
    return Inputs(
        version=rules.CURRENT,
        period=window.period,
        surveys=tuple(surveys),
        send_hour=campaign.send_hour,
        holdout_percent=campaign.holdout_percent,
        segments=tuple(names),
        segment_names=names,
        segment_sizes=tuple(segments.filter(size__isnull=False).values_list("pk", "size")),
        channels=_channels(campaign),
        costs=_costs(campaign),
        hour_rate=hour_rate(),
        standards=_standards(campaign),
        outcome_list=getattr(campaign.collection, "name", ""),
        outcomes_recorded=_is_recorded(campaign, experiment, window, as_of),
        promised=drawn.promised_in(experiment),
        **counted,
    )


def _is_recorded(
    campaign: Campaign, experiment: Experiment | None, window: Window, as_of: datetime
) -> bool:
    """Whether what counts as an outcome was recorded: the one that was named, or any. On every day
    that is over, for the places that readers of the campaign belong to.
    """
    # What was named is asked of alone: that events were not recorded is no fault of a campaign
    # which promised loans.
    if experiment is not None:
        return outcome_recorded(experiment, as_of, NamedOutcome(experiment.outcome))
    return outcomes_recorded(campaign, window)


def _channels(campaign: Campaign) -> tuple[PlannedChannel, ...]:
    """The channels of the plan in the order of their codes, as they are called today."""
    plans = campaign.channel_plans.select_related("channel").order_by("channel__code")
    return tuple(map(_channel, plans))


def _channel(plan: ChannelPlan) -> PlannedChannel:
    """One channel of the plan: ``share`` in percent, ``planned_cost`` in yuan."""
    channel = plan.channel
    return PlannedChannel(
        code=channel.code,
        name=in_every_language({CHINESE: channel.name_zh, ENGLISH: channel.name_en}),
        kind=channel.kind,
        personal=bool(channel.contact),
        share=plan.share,
        planned_cost=float(plan.planned_cost),
    )


def _costs(campaign: Campaign) -> tuple[BookedCost, ...]:
    """What was booked so far, in yuan or in staff hours, in the order of booking. One statement.
    What was booked for the campaign as a whole has no channel.
    """
    booked = []
    costs = campaign.costs.order_by("pk").values_list("channel__code", "kind", "amount")
    for channel, kind, amount in costs:
        booked.append(BookedCost(channel, kind, float(amount)))
    return tuple(booked)


def _standards(campaign: Campaign) -> tuple[LockedStandard, ...]:
    """The standards in the order they were set, each with its amendments. Three statements at most:
    standards, amendments, and who amended them.
    """
    standards = campaign.standards.prefetch_related("amendments__by").order_by("pk")
    return tuple(map(_standard, standards))


def _standard(standard: Standard) -> LockedStandard:
    """One standard with the target that stands now, and every change that led to it."""
    amendments = []
    for amendment in standard.amendments.all():
        amendments.append(
            Amendment(
                before=float(amendment.before),
                after=float(amendment.after),
                reason=amendment.reason,
                at=amendment.at,
                by=str(amendment.by),
            )
        )
    return LockedStandard(
        metric=standard.metric,
        direction=standard.direction,
        target=float(standard.target),
        weight=standard.weight,
        source=standard.source,
        amendments=tuple(amendments),
    )
