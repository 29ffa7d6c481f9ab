"""Frozen inputs as JSON, and their digest."""

import hashlib
import json
from dataclasses import asdict, astuple
from datetime import datetime
from itertools import starmap

from analytics.loop.inputs.shapes import (
    Amendment,
    AnsweredElsewhere,
    BookedCost,
    DeliveryCell,
    EarlierCycle,
    FollowedElsewhere,
    Inputs,
    LockedStandard,
    OpenLinks,
    PersonGroup,
    PlannedChannel,
    ToldElsewhere,
    UnchosenSegment,
)
from analytics.loop.rules import rule_of
from analytics.loop.storage.experiment import (
    drawn_from_json,
    drawn_to_json,
    promised_from_json,
    promised_to_json,
)
from analytics.loop.storage.figures import (
    period_from_json,
    period_to_json,
    survey_from_json,
    survey_to_json,
)
from analytics.loop.storage.versions import VERSION, version_from_json, version_to_json

#: Segments that were not addressed change every night, and that is no new result.
NOT_JUDGED = "context"
#: Noted where the inputs came back to an earlier state, so that they are stored once more.
RETURNED = "returned_after"
#: What other pages say, which go on while the report stands: it is with the context. By 0.2.1 the
#: sizes of segments were, and the rest was judged.
ELSEWHERE, SIZES = "told_elsewhere", "segment_sizes"
ANSWERED, FOLLOWED = "answered_elsewhere", "followed_elsewhere"
#: Stored where outcomes were not recorded on all days; versions before 0.3 took it for granted.
RECORDED = "outcomes_recorded"
#: Stored from 0.4 on.
PROMISED, DRAWN, PROGRESS = "promised", "drawn", "progress"
#: Cycles before this one: an evaluation of theirs is nothing new in this one.
EARLIER = "earlier"
#: Stored of a campaign with a listed collection of its own.
OUTCOME_LIST = "outcome_list"


def inputs_to_json(inputs: Inputs) -> dict:
    """Everything the figures are computed from. Counted rows are stored as lists without names:
    there are hundreds of them.

    A key that only a later version knows is left out of an earlier one's inputs, whose digest
    stands.
    """
    names = {str(pk): name for pk, name in inputs.segment_names.items()}
    stored = version_to_json(inputs.version) | {
        "window": period_to_json(inputs.period),
        "cells": list(map(_cell_to_json, inputs.cells)),
        "persons": _rows_to_json(inputs.persons),
        "open_clicks": _rows_to_json(inputs.open_links),
        "contributors": inputs.contributors,
        "calls": inputs.calls,
        "surveys": list(map(survey_to_json, inputs.surveys)),
        "send_hour": inputs.send_hour,
        "holdout_percent": inputs.holdout_percent,
        "segments": list(inputs.segments),
        "channels": list(map(asdict, inputs.channels)),
        "costs": _rows_to_json(inputs.costs),
        "hour_rate": inputs.hour_rate,
        "standards": list(map(standard_to_json, inputs.standards)),
        NOT_JUDGED: {
            "segments": names,
            "other_segments": _rows_to_json(inputs.unchosen_segments),
        },
    }
    _add_other_pages(stored, inputs)
    if rule_of(inputs.version).asks_what_is_recorded and not inputs.outcomes_recorded:
        stored[RECORDED] = False
    if rule_of(inputs.version).concludes:
        stored[PROMISED] = promised_to_json(inputs.promised)
        stored[DRAWN] = drawn_to_json(inputs.drawn)
        # Days go by without anything new; that the window is over is new.
        stored[DRAWN]["over"] = inputs.drawn.progress.is_over
        stored[NOT_JUDGED][PROGRESS] = list(astuple(inputs.drawn.progress))
        stored[NOT_JUDGED][EARLIER] = _rows_to_json(inputs.earlier)
    if inputs.outcome_list:
        stored[OUTCOME_LIST] = inputs.outcome_list
    if inputs.returned_after is not None:
        stored[RETURNED] = inputs.returned_after
    return stored


def _add_other_pages(stored: dict, inputs: Inputs) -> None:
    """Write what other pages say, as far as the version of these inputs looked at it.

    Versions before 0.2.1 did not ask, and their digests are without it.
    """
    rule = rule_of(inputs.version)
    if not rule.beside_other_pages:
        return
    context = stored[NOT_JUDGED]
    context[SIZES] = list(map(list, inputs.segment_sizes))
    if rule.as_pages_count:
        context[ANSWERED] = _rows_to_json(inputs.answered_elsewhere)
        context[FOLLOWED] = _rows_to_json(inputs.followed_elsewhere)
    else:
        stored[ELSEWHERE] = _rows_to_json(inputs.told_elsewhere)


def inputs_from_json(stored: dict) -> Inputs:
    """Inputs of any version. Raises KeyError for a number of formulas that nobody wrote."""
    context = stored[NOT_JUDGED]
    names = {int(pk): name for pk, name in context["segments"].items()}
    experiment = {}
    if PROMISED in stored:
        experiment["promised"] = promised_from_json(stored[PROMISED])
        experiment["drawn"] = drawn_from_json(stored[DRAWN], context[PROGRESS])
    return Inputs(
        version=version_from_json(stored),
        period=period_from_json(stored["window"]),
        cells=tuple(map(_cell_from_json, stored["cells"])),
        persons=_rows_from_json(PersonGroup, stored["persons"]),
        open_links=_rows_from_json(OpenLinks, stored["open_clicks"]),
        contributors=stored["contributors"],
        calls=stored["calls"],
        surveys=tuple(map(survey_from_json, stored["surveys"])),
        send_hour=stored["send_hour"],
        holdout_percent=stored["holdout_percent"],
        segments=tuple(stored["segments"]),
        channels=tuple(PlannedChannel(**channel) for channel in stored["channels"]),
        costs=_rows_from_json(BookedCost, stored["costs"]),
        hour_rate=stored["hour_rate"],
        standards=tuple(map(standard_from_json, stored["standards"])),
        segment_names=names,
        unchosen_segments=_rows_from_json(UnchosenSegment, context["other_segments"]),
        returned_after=stored.get(RETURNED),
        told_elsewhere=_rows_from_json(ToldElsewhere, stored.get(ELSEWHERE, [])),
        segment_sizes=tuple(map(tuple, context.get(SIZES, []))),
        outcomes_recorded=stored.get(RECORDED, True),
        outcome_list=stored.get(OUTCOME_LIST, ""),
        answered_elsewhere=_rows_from_json(AnsweredElsewhere, context.get(ANSWERED, [])),
        followed_elsewhere=_rows_from_json(FollowedElsewhere, context.get(FOLLOWED, [])),
        earlier=tuple(map(_earlier_from_json, context.get(EARLIER, []))),
        **experiment,
    )


def _earlier_from_json(stored: list) -> EarlierCycle:
    """An earlier cycle again: [what effort was counted in, [[code, responses, effort]]]."""
    basis, channels = stored
    return EarlierCycle(basis, tuple(map(tuple, channels)))


def _rows_to_json(rows: tuple) -> list[list]:
    """Each row as the list of its fields, in the order its class has them."""
    return [list(astuple(row)) for row in rows]


def _rows_from_json(kind: type, rows: list[list]) -> tuple:
    """Rows of ``kind`` again; TypeError where a row has another number of fields."""
    return tuple(starmap(kind, rows))


def _cell_to_json(cell: DeliveryCell) -> list:
    """One group of deliveries as a list: [channel, segments, state, hour, responded, n]."""
    return [
        cell.channel,
        list(cell.segments),
        cell.state,
        cell.hour,
        cell.responded,
        cell.n,
    ]


def _cell_from_json(row: list) -> DeliveryCell:
    """The group again; ValueError where the list does not have its six places."""
    channel, segments, state, hour, responded, n = row
    return DeliveryCell(channel, tuple(segments), state, hour, responded, n)


def standard_to_json(standard: LockedStandard) -> dict:
    """The moments of its amendments as text; everything else is JSON already."""
    amendments = []
    for amendment in standard.amendments:
        amendments.append(asdict(amendment) | {"at": amendment.at.isoformat()})
    return asdict(standard) | {"amendments": amendments}


def standard_from_json(stored: dict) -> LockedStandard:
    """Takes the keys of a judged standard as well, which stands beside its result."""
    amendments = []
    for amendment in stored["amendments"]:
        at = datetime.fromisoformat(amendment["at"])
        amendments.append(Amendment(**(amendment | {"at": at})))
    return LockedStandard(
        metric=stored["metric"],
        direction=stored["direction"],
        target=stored["target"],
        weight=stored["weight"],
        source=stored["source"],
        amendments=tuple(amendments),
    )


def digest(stored: dict) -> str:
    """SHA-256 of the canonical JSON: the same inputs have the same digest in any process."""
    judged = dict(stored)
    judged.pop(NOT_JUDGED, None)
    canonical = json.dumps(judged, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def observed_digest(stored: dict) -> str:
    """The digest of what was observed, whichever version of the formulas looked at it: what only a
    version asked for is left out.
    """
    observed = dict(stored)
    for name in (*VERSION, ELSEWHERE, RETURNED, PROMISED, DRAWN):
        observed.pop(name, None)
    return digest(observed)


def judged_digest(stored: dict) -> str:
    """Digest of frozen inputs, whether or not they had been so before."""
    judged = dict(stored)
    judged.pop(RETURNED, None)
    return digest(judged)
