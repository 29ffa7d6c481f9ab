"""From frozen inputs to the figures of an evaluation. Pure: the same inputs give the same figures.

Cells that count one to four persons, and those from which such a cell would follow, are left out of
the results (``"suppressed": true``), because results are shown, exported and served by the API;
only the inputs, which nobody is shown, keep them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from analytics.loop.levels import LEAST, LEVEL
from core import estimates
from core.disclosure import (
    Cell,
    Hidden,
    either,
    hidden_in_row,
    hidden_in_table,
    hidden_states,
    suppress,
)
from core.estimates import Estimate

#: Effort is stated in 100 CNY or, where a channel costs nothing, in percent of the plan × 1,000
#: readers addressed.
COST, SHARE = "cost", "share"
#: Keys of the totals of channel × segment, and of what went to readers of no addressed segment.
ALL, NONE = "all", "none"
OPEN = Hidden(share=False, n=False)


def compute(inputs: dict) -> dict:
    """All results of an evaluation as JSON; see the functions below for each part."""
    people = _people(inputs)
    cross = _cross(inputs)
    hidden = _hidden(cross)
    response = _share(people["responded"], people["reached"], hidden[ALL, ALL])
    costs = _costs(inputs, None if response.get("suppressed") else people["responses"])
    # Addressed minus reached must not tell of one to four whom the campaign did not reach.
    told = suppress(people["addressed"] - people["reached"]) is not None
    channels = _channels(
        inputs, people["addressed"] if told else _about(people["addressed"]), hidden
    )
    results = {
        "formulas": inputs["formulas"],
        "window": inputs["window"],
        "addressed": suppress(people["addressed"]) if told else None,
        "reach": suppress(people["reached"]),
        "response": response,
        "deliveries": _deliveries(inputs),
        "channels": channels["rows"],
        "basis": channels["basis"],
        "segments": _segments(inputs, cross, hidden),
        "grid": _grid(cross, hidden),
        "other_segments": _other_segments(inputs, cross, hidden),
        "hours": _hours(inputs),
        "send_hour": inputs["send_hour"],
        "lift": _lift(people, inputs["holdout_percent"]),
        "surveys": inputs["surveys"],
        "contributors": suppress(inputs["contributors"]) if inputs["calls"] else None,
        "costs": costs,
    }
    results["standards"] = [_standard(standard, results) for standard in inputs["standards"]]
    results["attainment"] = _attainment(results["standards"])
    return results


def _as_json(estimate: Estimate) -> dict:
    return estimate.as_row()


def _share(k: int, n: int, hidden: Hidden = OPEN) -> dict:
    """``k`` of ``n`` persons with Wilson's interval.

    Counts of one to four are withheld with everything they betray.
    """
    hidden = either(hidden, *hidden_in_row([[k, n]]))
    if hidden.share:
        shown = None if hidden.n else n
        return {"k": None, "value": None, "low": None, "high": None, "n": shown, "suppressed": True}
    return {"k": k, **_as_json(estimates.proportion(k, n, level=LEVEL, least=LEAST))}


def _about(n: int) -> int:
    """A number of persons to the nearest ten, where its last digit would betray some."""
    return round(n, -1)


def _people(inputs: dict) -> dict:
    """Distinct persons.

    A reader held out of one content and sent another belongs to neither arm of the comparison.
    """
    count: Counter = Counter()
    for held, treated, reached, responded, active, n in inputs["persons"]:
        count["addressed"] += n
        count["reached"] += n * reached
        count["responded"] += n * responded
        if held != treated:
            arm = "holdout" if held else "treated"
            count[arm] += n
            count[f"{arm}_active"] += n * active
    open_clicks = sum(clicks for _code, _links, clicks in inputs["open_clicks"])
    keys = (
        "addressed",
        "reached",
        "responded",
        "holdout",
        "holdout_active",
        "treated",
        "treated_active",
    )
    return {key: count[key] for key in keys} | {"responses": count["responded"] + open_clicks}


def _deliveries(inputs: dict) -> dict:
    states: Counter = Counter()
    for _channel, _segments, state, _hour, _responded, n in inputs["cells"]:
        states[state] += n
    return hidden_states(dict(sorted(states.items())))


def _lift(people: dict, percent: int) -> dict:
    """Outcome of those drawn to be addressed minus outcome of those held out, whether or not the
    mail arrived.

    Where one to four were active, or were not, in either arm, the figure is in whole percentage
    points without those counts: from an exact one they could be found by trial. Where treated minus
    reached would betray one to four, the sizes of the arms are to the nearest ten as well.
    """
    treated, active, holdout, held_active = (
        people[key] for key in ("treated", "treated_active", "holdout", "holdout_active")
    )
    few = any(
        suppress(n) is None for n in (active, treated - active, held_active, holdout - held_active)
    )
    blurred = any(suppress(n) is None for n in (treated, holdout, treated - people["reached"]))
    size = _about if blurred else int
    if not holdout:
        return {"value": None, "why": "no_holdout", "n": size(treated), "percent": percent}
    found = estimates.difference(active, treated, held_active, holdout, level=LEVEL, least=LEAST)
    if not found.says:
        return {"value": None, "why": "few", "n": size(found.n), "percent": percent}
    shown = _as_json(found)
    if few or blurred:
        shown |= {key: round(shown[key], 2) + 0.0 for key in ("value", "low", "high")}
        active = held_active = None
    return {
        **shown,
        "n": size(treated) + size(holdout),
        "treated": size(treated),
        "treated_active": active,
        "holdout": size(holdout),
        "holdout_active": held_active,
        "why": "",
        "percent": percent,
    }


def _sent(inputs: dict) -> Iterable[tuple[str, list[int], int, bool, int]]:
    for channel, segments, state, hour, responded, n in inputs["cells"]:
        if state == "sent":
            yield channel, segments, hour, responded, n


def _tally(pairs: Iterable[tuple[object, bool, int]]) -> dict:
    """{key: [responded, sent]}"""
    counted: dict = defaultdict(lambda: [0, 0])
    for key, responded, n in pairs:
        counted[key][0] += n * responded
        counted[key][1] += n
    return dict(counted)


def _cross(inputs: dict) -> dict:
    """Channel × segment with totals: {(channel, segment): [responded, sent]}."""
    cross = _tally(
        ((row, column), responded, n)
        for channel, segments, _h, responded, n in _sent(inputs)
        for row in (channel, ALL)
        for column in (*(segments or [NONE]), ALL)
    )
    return {(ALL, ALL): [0, 0], **{(ALL, pk): [0, 0] for pk in inputs["segments"]}, **cross}


def _outside(cross: dict, inside: Cell) -> Cell:
    total = cross[ALL, ALL]
    return [total[0] - inside[0], total[1] - inside[1]]


def _hidden(cross: dict) -> dict:
    """What of channel × segment and its totals stays hidden.

    All of a segment where few were sent to outside it.
    """
    rows = [*sorted({row for row, _column in cross} - {ALL}), ALL]
    columns = [*sorted({column for _row, column in cross} - {ALL, NONE}), NONE, ALL]
    flags = hidden_in_table(
        [[cross.get((row, column), [0, 0]) for column in columns] for row in rows]
    )
    hidden = {
        (row, column): flags[y][x] for y, row in enumerate(rows) for x, column in enumerate(columns)
    }
    for column in columns[:-2]:
        outside = hidden_in_row([_outside(cross, cross[ALL, column])])
        hidden |= {(row, column): either(hidden[row, column], *outside) for row in rows}
    return hidden


def _channels(inputs: dict, addressed: int, hidden: dict) -> dict:
    """Per planned channel.

    Planned share, sent, response, effort, responses per effort with exact Poisson interval.
    """
    sent = _tally((channel, responded, n) for channel, _s, _h, responded, n in _sent(inputs))
    links = {code: (count, clicks) for code, count, clicks in inputs["open_clicks"]}
    spend = _spend(inputs)
    basis = COST if spend and all(spend.get(c["code"]) for c in inputs["channels"]) else SHARE
    rows = []
    for plan in inputs["channels"]:
        code = plan["code"]
        effort = spend[code] / 100 if basis == COST else plan["share"] * max(addressed, 1) / 1000
        flag = hidden.get((code, ALL), OPEN)
        responses = _responses(sent.get(code), links.get(code), flag, personal=plan["personal"])
        rows.append(
            {
                "channel": code,
                "name": plan["name"],
                "kind": plan["kind"],
                "share": plan["share"],
                "sent": sent[code][1] if code in sent and not flag.n else None,
                "response": _share(*sent[code], flag) if code in sent else None,
                "links": links.get(code, (0, 0))[0],
                "clicks": links[code][1] if code in links else None,
                "responses": responses,
                "spend": spend.get(code),
                "effort": effort,
                "per_effort": _per_effort(responses, effort),
            }
        )
    return {"rows": rows, "basis": basis}


def _responses(
    sent: Cell | None, links: tuple[int, int] | None, hidden: Hidden, *, personal: bool
) -> int | None:
    """Readers who responded where we know them, followings of the links where we do not.

    None: not measured.
    """
    if personal or sent:
        return sent[0] if sent and not hidden.share else None
    return links[1] if links else None


def _per_effort(responses: int | None, effort: float) -> dict:
    if responses is None or not effort:
        return _as_json(estimates.silent(responses or 0))
    return _as_json(estimates.count(responses, level=LEVEL).scaled(1 / effort))


def _spend(inputs: dict) -> dict[str, float]:
    """CNY per channel: what was booked on it, plus its planned share of what was booked on none."""
    booked: Counter = Counter()
    for code, kind, amount in inputs["costs"]:
        booked[code] += amount * (inputs["hour_rate"] if kind == "hours" else 1)
    if not booked:
        return {
            plan["code"]: plan["planned_cost"]
            for plan in inputs["channels"]
            if plan["planned_cost"]
        }
    common = booked.pop(None, 0.0)
    return {p["code"]: booked[p["code"]] + common * p["share"] / 100 for p in inputs["channels"]}


def _segments(inputs: dict, cross: dict, hidden: dict) -> list[dict]:
    """Per addressed segment.

    Response of its readers, and how it differs from all other deliveries (Newcombe).
    """
    return [
        {
            "segment": pk,
            "name": inputs["context"]["segments"].get(str(pk), str(pk)),
            **_inside_and_out(cross, cross[ALL, pk], either(hidden[ALL, pk], hidden[ALL, ALL])),
        }
        for pk in inputs["segments"]
    ]


def _inside_and_out(cross: dict, inside: Cell, hidden: Hidden) -> dict:
    """Response inside a segment and of the others.

    Both or neither, because the total of both is known.
    """
    outside = _outside(cross, inside)
    hidden = either(hidden, *hidden_in_row([inside]), *hidden_in_row([outside]))
    return {
        "sent": None if hidden.n else inside[1],
        "response": _share(*inside, hidden),
        "others": _share(*outside, hidden),
        "difference": _difference(inside, outside, hidden),
    }


def _difference(inside: Cell, outside: Cell, hidden: Hidden) -> dict:
    """Silent where either side is small or withheld."""
    if hidden.share:
        return _as_json(estimates.silent(0 if hidden.n else inside[1]))
    return _as_json(estimates.difference(*inside, *outside, level=LEVEL, least=LEAST))


def _other_segments(inputs: dict, cross: dict, hidden: dict) -> list[dict]:
    """Segments nobody chose, some of whose members were addressed all the same.

    How those responded.
    """
    rows = inputs["context"]["other_segments"]
    flags = hidden_in_row([[k, n] for _pk, _name, _size, n, k in rows])
    return [
        {
            "segment": pk,
            "name": name,
            "size": suppress(size),
            **_inside_and_out(cross, [k, n], either(flag, hidden[ALL, ALL])),
        }
        for (pk, name, size, n, k), flag in zip(rows, flags, strict=True)
    ]


def _grid(cross: dict, hidden: dict) -> list[dict]:
    """Response by channel × segment."""
    cells = sorted(
        (row, column) for row, column in cross if row != ALL and column not in (ALL, NONE)
    )
    return [
        {"channel": row, "segment": pk, **_share(*cross[row, pk], hidden[row, pk])}
        for row, pk in cells
    ]


def _hours(inputs: dict) -> list[dict]:
    """Response by local hour of sending, with the difference to the hour that was planned."""
    counted = dict(
        sorted(_tally((hour, responded, n) for _c, _s, hour, responded, n in _sent(inputs)).items())
    )
    hidden = dict(zip(counted, hidden_in_row(list(counted.values())), strict=True))
    planned = inputs["send_hour"]
    rows = []
    for hour, cell in counted.items():
        difference = None
        if hour != planned:
            flag = either(hidden[hour], hidden.get(planned, OPEN))
            difference = _difference(cell, counted.get(planned, [0, 0]), flag)
        rows.append(
            {"hour": hour, "response": _share(*cell, hidden[hour]), "difference": difference}
        )
    return rows


def _costs(inputs: dict, responses: int | None) -> dict:
    """Cash, hours at this library's rate, in kind; cost per response with the interval of the
    responses.

    ``responses`` None: withheld, because without the open clicks they would tell of few persons.
    """
    by_kind = {"cash": 0.0, "hours": 0.0, "in_kind": 0.0}
    for _code, kind, amount in inputs["costs"]:
        by_kind[kind] += amount
    total = by_kind["cash"] + by_kind["hours"] * inputs["hour_rate"] + by_kind["in_kind"]
    booked = bool(inputs["costs"])
    per_response = estimates.silent(suppress(responses) or 0)
    if booked and suppress(responses):
        counted = estimates.count(responses, level=LEVEL)
        per_response = Estimate(
            total / responses, total / counted.high, total / counted.low, responses, LEVEL
        )
    return {
        **by_kind,
        "hour_rate": inputs["hour_rate"],
        "total": total if booked else None,
        "responses": suppress(responses),
        "per_response": _as_json(per_response),
    }


def _sum(counts: Iterable[int | None]) -> int | None:
    """None where one of them is withheld."""
    counts = list(counts)
    return None if None in counts else sum(counts)


def measured(metric: str, results: dict) -> Estimate:
    """The value a standard is judged by, with interval and n; silent where it was not measured."""
    lift, response = results["lift"], results["response"]
    nothing = estimates.silent(0)
    if metric == "response_rate" and response["value"] is not None:
        return stored(response).scaled(100)
    if metric == "lift" and lift["value"] is not None:
        return stored(lift).scaled(100)
    if metric == "cost_per_response":
        return stored(results["costs"]["per_response"])
    if metric in {"satisfaction", "nps"}:
        return next((stored(s[metric]) for s in results["surveys"] if s.get(metric)), nothing)
    counts = {
        "reach": results["reach"],
        "answers": _sum(s["n"] for s in results["surveys"]) if results["surveys"] else None,
        "contributors": results["contributors"],
    }
    if counts.get(metric) is None or suppress(counts[metric]) is None:
        return nothing
    return estimates.count(counts[metric], level=LEVEL)


def stored(row: dict) -> Estimate:
    """A figure of stored results, at the level it was stored with."""
    return Estimate(row["value"], row["low"], row["high"], row["n"], LEVEL)


def _standard(standard: dict, results: dict) -> dict:
    """A locked standard against what was reached.

    ``original`` is the target before any amendment.
    """
    found = measured(standard["metric"], results)
    amendments = standard["amendments"]
    met = None
    if found.says:
        met = (
            found.value >= standard["target"]
            if standard["direction"] == "ge"
            else found.value <= standard["target"]
        )
    return {
        **standard,
        "original": amendments[0]["before"] if amendments else standard["target"],
        **_as_json(found),
        "met": met,
    }


def _attainment(standards: list[dict]) -> dict:
    """How many standards were met, by number and by weight; those not measured count as neither."""
    judged = [s for s in standards if s["met"] is not None]
    weight = sum(s["weight"] for s in judged)
    return {
        "met": sum(s["met"] for s in judged),
        "judged": len(judged),
        "set": len(standards),
        "weighted": sum(s["weight"] for s in judged if s["met"]) / weight if weight else None,
    }
