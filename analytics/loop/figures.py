"""From frozen inputs to the figures of an evaluation. Pure: the same inputs give the same figures.

Cells that count one to four persons are left out of the results (``"suppressed": true``), because results are shown,
exported and served by the API; only the inputs, which nobody is shown, keep them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from analytics import evidence
from analytics.evidence import Estimate
from crm.privacy import suppress

#: Effort is stated in 100 CNY or, where a channel costs nothing, in percent of the plan × 1,000 readers addressed.
COST, SHARE = "cost", "share"


def compute(inputs: dict) -> dict:
    """All results of an evaluation as JSON; see the functions below for each part."""
    people = _people(inputs)
    costs = _costs(inputs, people["responses"])
    channels = _channels(inputs, people["addressed"])
    results = {
        "formulas": inputs["formulas"],
        "window": inputs["window"],
        "addressed": suppress(people["addressed"]),
        "reach": suppress(people["reached"]),
        "response": _share(people["responded"], people["reached"]),
        "deliveries": _deliveries(inputs),
        "channels": channels["rows"],
        "basis": channels["basis"],
        "segments": _segments(inputs),
        "grid": _grid(inputs),
        "other_segments": _other_segments(inputs),
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
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}


def _share(k: int, n: int) -> dict:
    """``k`` of ``n`` persons with Wilson's interval; counts of one to four are withheld with everything they betray."""
    if suppress(k) is None or suppress(n) is None or suppress(n - k) is None:
        return {"k": None, "value": None, "low": None, "high": None, "n": suppress(n), "suppressed": True}
    return {"k": k, **_as_json(evidence.proportion(k, n))}


def _people(inputs: dict) -> dict:
    """Distinct persons. A reader held out of one content and sent another belongs to neither arm of the comparison."""
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
    keys = ("addressed", "reached", "responded", "holdout", "holdout_active", "treated", "treated_active")
    return {key: count[key] for key in keys} | {"responses": count["responded"] + open_clicks}


def _deliveries(inputs: dict) -> dict:
    states: Counter = Counter()
    for _channel, _segments, state, _hour, _responded, n in inputs["cells"]:
        states[state] += n
    return {state: suppress(n) for state, n in sorted(states.items())}


def _lift(people: dict, percent: int) -> dict:
    """Outcome of those drawn to be addressed minus outcome of those held out, whether or not the mail arrived."""
    arms = {key: people[key] for key in ("treated", "treated_active", "holdout", "holdout_active")}
    if not people["holdout"]:
        return {"value": None, "why": "no_holdout", "n": people["treated"], "percent": percent}
    found = evidence.difference(
        people["treated_active"], people["treated"], people["holdout_active"], people["holdout"]
    )
    if not found.says:
        return {"value": None, "why": "few", "n": found.n, "percent": percent}
    shown = {key: suppress(n) for key, n in arms.items()}
    return {**_as_json(found), **shown, "why": "", "percent": percent}


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


def _channels(inputs: dict, addressed: int) -> dict:
    """Per planned channel: planned share, sent, response, effort, responses per effort with exact Poisson interval."""
    sent = _tally((channel, responded, n) for channel, _s, _h, responded, n in _sent(inputs))
    links = {code: (count, clicks) for code, count, clicks in inputs["open_clicks"]}
    spend = _spend(inputs)
    basis = COST if spend and all(spend.get(c["code"]) for c in inputs["channels"]) else SHARE
    rows = []
    for plan in inputs["channels"]:
        code = plan["code"]
        effort = spend[code] / 100 if basis == COST else plan["share"] * max(addressed, 1) / 1000
        responses = _responses(sent.get(code), links.get(code), personal=plan["personal"])
        rows.append(
            {
                "channel": code,
                "name": plan["name"],
                "kind": plan["kind"],
                "share": plan["share"],
                "sent": suppress(sent[code][1]) if code in sent else None,
                "response": _share(*sent[code]) if code in sent else None,
                "links": links.get(code, (0, 0))[0],
                "clicks": links[code][1] if code in links else None,
                "responses": responses,
                "spend": spend.get(code),
                "effort": effort,
                "per_effort": _per_effort(responses, effort),
            }
        )
    return {"rows": rows, "basis": basis}


def _responses(sent: list[int] | None, links: tuple[int, int] | None, *, personal: bool) -> int | None:
    """Readers who responded where we know them, followings of the links where we do not; None: not measured."""
    if personal or sent:
        return suppress(sent[0]) if sent else None
    return links[1] if links else None


def _per_effort(responses: int | None, effort: float) -> dict:
    if responses is None or not effort:
        return _as_json(evidence.silent(responses or 0))
    return _as_json(evidence.count(responses).scaled(1 / effort))


def _spend(inputs: dict) -> dict[str, float]:
    """CNY per channel: what was booked on it, plus its planned share of what was booked on none."""
    booked: Counter = Counter()
    for code, kind, amount in inputs["costs"]:
        booked[code] += amount * (inputs["hour_rate"] if kind == "hours" else 1)
    if not booked:
        return {plan["code"]: plan["planned_cost"] for plan in inputs["channels"] if plan["planned_cost"]}
    common = booked.pop(None, 0.0)
    return {p["code"]: booked[p["code"]] + common * p["share"] / 100 for p in inputs["channels"]}


def _segments(inputs: dict) -> list[dict]:
    """Per addressed segment: response of its readers, and how it differs from all other deliveries (Newcombe)."""
    total = _tally((None, responded, n) for _c, _s, _h, responded, n in _sent(inputs)).get(None, [0, 0])
    rows = []
    for pk in inputs["segments"]:
        inside = _tally((None, r, n) for _c, segments, _h, r, n in _sent(inputs) if pk in segments).get(None, [0, 0])
        rows.append(
            {
                "segment": pk,
                "name": inputs["context"]["segments"].get(str(pk), str(pk)),
                "sent": suppress(inside[1]),
                "response": _share(*inside),
                **_compared(inside, [total[0] - inside[0], total[1] - inside[1]]),
            }
        )
    return rows


def _compared(inside: list[int], outside: list[int]) -> dict:
    """Response of the others, and the difference to them; silent where either side is small or withheld."""
    shares = _share(*inside), _share(*outside)
    if any(share["value"] is None for share in shares):
        return {"others": shares[1], "difference": _as_json(evidence.silent(inside[1]))}
    return {"others": shares[1], "difference": _as_json(evidence.difference(*inside, *outside))}


def _other_segments(inputs: dict) -> list[dict]:
    """Segments nobody chose, some of whose members were addressed all the same: how those responded."""
    total = _tally((None, responded, n) for _c, _s, _h, responded, n in _sent(inputs)).get(None, [0, 0])
    return [
        {
            "segment": pk,
            "name": name,
            "size": suppress(size),
            "sent": suppress(n),
            "response": _share(k, n),
            **_compared([k, n], [total[0] - k, total[1] - n]),
        }
        for pk, name, size, n, k in inputs["context"]["other_segments"]
    ]


def _grid(inputs: dict) -> list[dict]:
    """Response by channel × segment."""
    counted = _tally(((channel, pk), r, n) for channel, segments, _h, r, n in _sent(inputs) for pk in segments)
    return [{"channel": channel, "segment": pk, **_share(*counted[channel, pk])} for channel, pk in sorted(counted)]


def _hours(inputs: dict) -> list[dict]:
    """Response by local hour of sending, with the difference to the hour that was planned."""
    counted = _tally((hour, responded, n) for _c, _s, hour, responded, n in _sent(inputs))
    planned = counted.get(inputs["send_hour"], [0, 0])
    rows = []
    for hour in sorted(counted):
        compared = _compared(counted[hour], planned) if hour != inputs["send_hour"] else {"difference": None}
        rows.append({"hour": hour, "response": _share(*counted[hour]), "difference": compared["difference"]})
    return rows


def _costs(inputs: dict, responses: int) -> dict:
    """Cash, hours at this library's rate, in kind; cost per response with the interval of the responses."""
    by_kind = {"cash": 0.0, "hours": 0.0, "in_kind": 0.0}
    for _code, kind, amount in inputs["costs"]:
        by_kind[kind] += amount
    total = by_kind["cash"] + by_kind["hours"] * inputs["hour_rate"] + by_kind["in_kind"]
    booked = bool(inputs["costs"])
    per_response = evidence.silent(responses)
    if booked and responses >= 5:
        counted = evidence.count(responses)
        per_response = Estimate(total / responses, total / counted.high, total / counted.low, responses)
    return {
        **by_kind,
        "hour_rate": inputs["hour_rate"],
        "total": total if booked else None,
        "responses": suppress(responses),
        "per_response": _as_json(per_response),
    }


def measured(metric: str, results: dict) -> Estimate:
    """The value a standard is judged by, with interval and n; silent where it was not measured."""
    lift, response = results["lift"], results["response"]
    nothing = evidence.silent(0)
    if metric == "response_rate" and response["value"] is not None:
        return Estimate(response["value"], response["low"], response["high"], response["n"]).scaled(100)
    if metric == "lift" and lift["value"] is not None:
        return Estimate(lift["value"], lift["low"], lift["high"], lift["n"]).scaled(100)
    if metric == "cost_per_response":
        return Estimate(**results["costs"]["per_response"])
    if metric in {"satisfaction", "nps"}:
        return next((Estimate(**s[metric]) for s in results["surveys"] if s.get(metric)), nothing)
    counts = {
        "reach": results["reach"],
        "answers": sum(s["n"] for s in results["surveys"]) if results["surveys"] else None,
        "contributors": results["contributors"],
    }
    if counts.get(metric) is None or suppress(counts[metric]) is None:
        return nothing
    return evidence.count(counts[metric])


def _standard(standard: dict, results: dict) -> dict:
    """A locked standard against what was reached; ``original`` is the target before any amendment."""
    found = measured(standard["metric"], results)
    amendments = standard["amendments"]
    met = None
    if found.says:
        met = found.value >= standard["target"] if standard["direction"] == "ge" else found.value <= standard["target"]
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
