"""Figures of an evaluation as JSON, as the API gives them out."""

from analytics.loop.figures.shapes import (
    Attained,
    Attainment,
    ChannelResult,
    CostResult,
    GridCell,
    HourResult,
    Lift,
    LiftSilence,
    ResponseShare,
    Results,
    SegmentResult,
    StandardResult,
    UnchosenSegmentResult,
)
from analytics.loop.measures import EffortBasis, Figure, Measure
from analytics.loop.storage.figures import (
    count_from_json,
    count_to_json,
    figure_from_json,
    figure_to_json,
    level_from_json,
    optional_count_to_json,
    period_from_json,
    period_to_json,
    survey_from_json,
    survey_to_json,
)
from analytics.loop.storage.inputs import standard_from_json, standard_to_json
from analytics.loop.storage.judgement import judgement_from_json, judgement_to_json
from analytics.loop.storage.versions import version_from_json, version_to_json
from core.disclosure import Count, Missing


def results_to_json(results: Results) -> dict:
    """As they are stored, and as the API names them."""
    stored = version_to_json(results.version) | {
        "window": period_to_json(results.period),
        "addressed": count_to_json(results.addressed),
        "reach": count_to_json(results.reached),
        "response": _share_to_json(results.response),
        "deliveries": _states_to_json(results.deliveries),
        "channels": list(map(_channel_to_json, results.channels)),
        "basis": results.basis.value,
        "segments": list(map(_segment_to_json, results.segments)),
        "grid": list(map(_grid_cell_to_json, results.grid)),
        "other_segments": list(map(_unchosen_to_json, results.unchosen_segments)),
        "hours": list(map(_hour_to_json, results.hours)),
        "send_hour": results.send_hour,
        "lift": _lift_to_json(results.lift),
        "surveys": list(map(survey_to_json, results.surveys)),
        "contributors": count_to_json(results.contributors),
        "costs": _costs_to_json(results.costs),
        "standards": list(map(_judged_to_json, results.standards)),
        "attainment": _attainment_to_json(results.attainment),
    }
    if results.judgement is not None:
        stored["judgement"] = judgement_to_json(results.judgement)
    return stored | _width_to_json(results.width)


def _width_to_json(width: int) -> dict:
    """Left out of what is exact: so it was before 0.2.1, and such evaluations recompute."""
    if width:
        return {"rounded_to": width}
    return {}


def results_from_json(stored: dict) -> Results:
    """Results of any version. Raises KeyError for a number of formulas that nobody wrote."""
    basis = EffortBasis(stored["basis"])
    judgement = None
    if "judgement" in stored:
        judgement = judgement_from_json(stored["judgement"])
    return Results(
        version=version_from_json(stored),
        period=period_from_json(stored["window"]),
        addressed=count_from_json(stored["addressed"]),
        reached=count_from_json(stored["reach"]),
        response=_share_from_json(stored["response"]),
        lift=_lift_from_json(stored["lift"]),
        deliveries=_states_from_json(stored["deliveries"]),
        basis=basis,
        channels=tuple(_channel_from_json(channel, basis) for channel in stored["channels"]),
        segments=tuple(map(_segment_from_json, stored["segments"])),
        grid=tuple(map(_grid_cell_from_json, stored["grid"])),
        unchosen_segments=tuple(map(_unchosen_from_json, stored["other_segments"])),
        send_hour=stored["send_hour"],
        hours=tuple(map(_hour_from_json, stored["hours"])),
        surveys=tuple(map(survey_from_json, stored["surveys"])),
        contributors=_contributors_from_json(stored["contributors"]),
        costs=_costs_from_json(stored["costs"]),
        standards=tuple(map(_judged_from_json, stored["standards"])),
        attainment=_attainment_from_json(stored["attainment"]),
        width=stored.get("rounded_to", 0),
        judgement=judgement,
    )


def _states_to_json(deliveries: dict[str, Count]) -> dict[str, int | None]:
    """{state: deliveries}, None for a number that may not be told."""
    return {state: count_to_json(count) for state, count in deliveries.items()}


def _states_from_json(stored: dict[str, int | None]) -> dict[str, Count]:
    """{state: deliveries} again; None becomes a number that is withheld."""
    return {state: count_from_json(n) for state, n in stored.items()}


def _contributors_from_json(stored: int | None) -> Count:
    """Null where there was no call, and where few answered it: 0.1 wrote the same for both."""
    if stored is None:
        return Count.without(Missing.CANNOT_SAY)
    return count_from_json(stored)


def _share_to_json(share: ResponseShare) -> dict:
    """A share with its responses as "k"; "suppressed" stands only where it is withheld."""
    stored = {"k": count_to_json(share.responded)} | figure_to_json(share)
    if share.withheld:
        stored["suppressed"] = True
    return stored | _width_to_json(share.width)


def _share_from_json(stored: dict) -> ResponseShare:
    """The share again; what was stored without "suppressed" was not withheld."""
    return ResponseShare(
        responded=count_from_json(stored["k"]),
        value=stored["value"],
        low=stored["low"],
        high=stored["high"],
        n=stored["n"],
        measure=Measure.RESPONSE,
        level=level_from_json(stored),
        withheld=stored.get("suppressed", False),
        width=stored.get("rounded_to", 0),
    )


def _lift_to_json(lift: Lift) -> dict:
    """An effect that cannot be stated has neither bounds nor counts."""
    if not lift.says:
        return {"value": None, "why": lift.why.value, "n": lift.n, "percent": lift.percent}
    return figure_to_json(lift) | {
        "treated": count_to_json(lift.drawn),
        "treated_active": count_to_json(lift.drawn_active),
        "holdout": count_to_json(lift.held_out),
        "holdout_active": count_to_json(lift.held_out_active),
        "why": lift.why.value,
        "percent": lift.percent,
    }


def _lift_from_json(stored: dict) -> Lift:
    """The lift again; the numbers of its arms are stored only beside a value."""
    arms = {}
    if stored["value"] is not None:
        arms = {
            "drawn": count_from_json(stored["treated"]),
            "drawn_active": count_from_json(stored["treated_active"]),
            "held_out": count_from_json(stored["holdout"]),
            "held_out_active": count_from_json(stored["holdout_active"]),
        }
    return Lift(
        value=stored["value"],
        low=stored.get("low"),
        high=stored.get("high"),
        n=stored["n"],
        measure=Measure.DIFFERENCE,
        level=level_from_json(stored),
        percent=stored["percent"],
        why=LiftSilence(stored["why"]),
        **arms,
    )


def _channel_to_json(channel: ChannelResult) -> dict:
    """A channel's row; "response" is None where it sent to nobody who is known."""
    response = channel.response
    return {
        "channel": channel.channel,
        "name": channel.name,
        "kind": channel.kind,
        "share": channel.share,
        "sent": optional_count_to_json(channel.sent),
        "response": response and _share_to_json(response),
        "links": channel.links,
        "clicks": channel.clicks,
        "responses": channel.responses_told,
        "spend": channel.spend,
        "effort": channel.effort,
        "per_effort": figure_to_json(channel.per_effort),
    }


def _channel_from_json(stored: dict, basis: EffortBasis) -> ChannelResult:
    """The row again; ``basis`` says what unit its effort was in."""
    sent, response, responses = None, None, stored["responses"]
    # Without known readers the responses are followings of links, which are no persons.
    if stored["response"] is not None:
        sent = count_from_json(stored["sent"])
        response = _share_from_json(stored["response"])
        responses = count_from_json(stored["responses"])
    return ChannelResult(
        channel=stored["channel"],
        name=stored["name"],
        kind=stored["kind"],
        share=stored["share"],
        sent=sent,
        response=response,
        links=stored["links"],
        clicks=stored["clicks"],
        responses=responses,
        spend=stored["spend"],
        effort=stored["effort"],
        per_effort=figure_from_json(stored["per_effort"], basis.measure),
    )


def _segment_to_json(segment: SegmentResult) -> dict:
    """A segment's row: its own share, that of all others, and the difference."""
    return {
        "segment": segment.pk,
        "name": segment.name,
        "sent": count_to_json(segment.sent),
        "response": _share_to_json(segment.response),
        "others": _share_to_json(segment.others),
        "difference": figure_to_json(segment.difference),
    }


def _segment_from_json(stored: dict) -> SegmentResult:
    """The row again, with the name as it was when it was evaluated."""
    return SegmentResult(
        pk=stored["segment"],
        name=stored["name"],
        sent=count_from_json(stored["sent"]),
        response=_share_from_json(stored["response"]),
        others=_share_from_json(stored["others"]),
        difference=figure_from_json(stored["difference"], Measure.DIFFERENCE),
    )


def _unchosen_to_json(unchosen: UnchosenSegmentResult) -> dict:
    """A segment nobody chose: the keys of a chosen one, and its "size"."""
    return _segment_to_json(unchosen.result) | {"size": count_to_json(unchosen.size)}


def _unchosen_from_json(stored: dict) -> UnchosenSegmentResult:
    """The row of a segment nobody chose again."""
    return UnchosenSegmentResult(count_from_json(stored["size"]), _segment_from_json(stored))


def _grid_cell_to_json(cell: GridCell) -> dict:
    """The keys of a share, and the channel's code and the segment's number beside them."""
    place = {"channel": cell.channel, "segment": cell.segment}
    return place | _share_to_json(cell.response)


def _grid_cell_from_json(stored: dict) -> GridCell:
    """The cell of channel and segment again."""
    return GridCell(stored["channel"], stored["segment"], _share_from_json(stored))


def _hour_to_json(hour: HourResult) -> dict:
    """An hour of sending, 0 to 23; "difference" is None for the hour that was planned."""
    difference = hour.difference
    return {
        "hour": hour.hour,
        "response": _share_to_json(hour.response),
        "difference": difference and figure_to_json(difference),
    }


def _hour_from_json(stored: dict) -> HourResult:
    """The hour again, its difference None where it was stored so."""
    difference = stored["difference"]
    return HourResult(
        hour=stored["hour"],
        response=_share_from_json(stored["response"]),
        difference=difference and figure_from_json(difference, Measure.DIFFERENCE),
    )


def _costs_to_json(costs: CostResult) -> dict:
    """What was spent: yuan, but for "hours" and "responses"."""
    return {
        "cash": costs.cash,
        "hours": costs.hours,
        "in_kind": costs.in_kind,
        "hour_rate": costs.hour_rate,
        "total": costs.total,
        "responses": count_to_json(costs.responses),
        "per_response": figure_to_json(costs.per_response),
        **_per_outcome_to_json(costs.per_outcome),
    }


def _per_outcome_to_json(figure: Figure | None) -> dict:
    """Nothing where the version did not ask."""
    if figure is None:
        return {}
    return {"per_outcome": figure_to_json(figure)}


def _costs_from_json(stored: dict) -> CostResult:
    """What was spent again; KeyError where a key is missing."""
    per_response = figure_from_json(stored["per_response"], Measure.COST_PER_RESPONSE)
    per_outcome = None
    if "per_outcome" in stored:
        per_outcome = figure_from_json(stored["per_outcome"], Measure.COST_PER_OUTCOME)
    return CostResult(
        cash=stored["cash"],
        hours=stored["hours"],
        in_kind=stored["in_kind"],
        hour_rate=stored["hour_rate"],
        total=stored["total"],
        responses=count_from_json(stored["responses"]),
        per_response=per_response,
        per_outcome=per_outcome,
    )


def _judged_to_json(result: StandardResult) -> dict:
    """A standard, its first target as "original", whether it was met, and the figure."""
    stored = standard_to_json(result.standard)
    stored |= {"original": result.original, "met": result.met}
    if result.attained:
        stored |= {"attained": result.attained.value, "amended": result.amended.value}
    return stored | figure_to_json(result.reached)


def _judged_from_json(stored: dict) -> StandardResult:
    """The judgement again; the figure's measure is that of the standard."""
    return StandardResult(
        standard=standard_from_json(stored),
        original=stored["original"],
        reached=figure_from_json(stored, Measure(stored["metric"])),
        met=stored["met"],
        attained=Attained(stored.get("attained", "")),
        amended=Attained(stored.get("amended", "")),
    )


def _attainment_to_json(attainment: Attainment) -> dict:
    """How many standards were met, judged and set, and the share by weight."""
    return {
        "met": attainment.met,
        "judged": attainment.judged,
        "set": attainment.locked,
        "weighted": attainment.weighted,
    }


def _attainment_from_json(stored: dict) -> Attainment:
    """How many standards were met, judged and set again."""
    return Attainment(
        met=stored["met"],
        judged=stored["judged"],
        locked=stored["set"],
        weighted=stored["weighted"],
    )
