"""Figures, plans and promises in words of the current language. No queries, no HTML."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.loop.models import Adjustment, Finding
from campaigns.plan.models import Standard
from core.numbers import interval, money, number, per_hundred, percent, signed

#: Units that are shares between 0 and 1.
SHARES = frozenset({"share", "audience_response", "segment_response", "hour_response"})
#: Units that are differences of shares.
POINTS = frozenset({"points", "lift"})
PER_EFFORT = frozenset({"per_cost", "per_share"})


def metric_name(metric: str) -> str:
    """Name of a monthly figure."""
    return {
        "contributors": _("Contributors"),
        "new_contributors": _("First-time contributors"),
        "active_readers": _("Active readers"),
        "participants": _("Readers at events"),
        "respondents": _("Readers who answered"),
    }.get(metric, metric)


def metric_help(metric: str) -> str:
    """What a monthly figure counts, in one sentence."""
    return {
        "contributors": _(
            "Different readers who sent in a work or made something with the library."
        ),
        "active_readers": _("Different readers with a visit, loan, renewal or event."),
        "participants": _("Different readers who attended an event."),
        "respondents": _("Different readers who answered a survey under their name."),
    }.get(metric, "")


def value_text(value: float | None, unit: str) -> str:
    """One figure in its unit; None says that nothing can be said."""
    if value is None:
        return _("cannot say")
    if unit in SHARES:
        return percent(value)
    if unit in POINTS:
        return _("%(n)s points") % {"n": points(value, unit)}
    if unit in PER_EFFORT:
        return number(value, 2 if abs(value) < 10 else 1)
    if unit == "response_rate":
        return per_hundred(value)
    if unit == "cost_per_response":
        return money(value, 2)
    if unit == "satisfaction":
        return number(value, 2)
    if unit == "nps":
        return signed(value, 0)
    return number(value)


def range_text(low: float | None, high: float | None, unit: str) -> str:
    """An interval with the unit once: 3.1–7.8 %."""
    if low is None or high is None:
        return _("cannot say")
    if unit in POINTS:
        return _("%(low)s to %(high)s points") % {
            "low": points(low, unit),
            "high": points(high, unit),
        }
    first, second = value_text(low, unit), value_text(high, unit)
    if unit in SHARES or unit == "response_rate":
        first = first.removesuffix(" %")
    return interval(first, second)


def points(value: float, unit: str) -> str:
    """A difference of shares in percentage points; a lift is stored in points already."""
    return signed(value * 100 if unit == "points" else value)


def unit_name(unit: str) -> str:
    """What a figure is of, for a table's heading or a promise."""
    names = {
        "share": pgettext("figure", "response"),
        "points": _("difference in response"),
        "audience_response": _("response of the whole audience"),
        "segment_response": _("response of the segment"),
        "hour_response": _("response at this hour"),
        "per_cost": _("responses per ¥100"),
        "per_share": _("responses per 1,000 readers and one percent of the plan"),
    }
    if unit in Standard.Metric.values:
        return str(Standard.Metric(unit).label)
    return names.get(unit, unit)


def plan_text(value, adjustment: Adjustment) -> str:
    """A value of the plan's field an adjustment is about: 15 %, 20:00, ≥ 40, in the plan."""
    kind = adjustment.kind
    if value is None:
        return "–"
    if kind == Adjustment.Kind.CHANNEL_SHARE:
        return f"{value:g} %"
    if kind == Adjustment.Kind.TIMING:
        return f"{value:g}:00"
    if kind == Adjustment.Kind.STANDARD:
        sign = "≤" if adjustment.label.get("direction") == Standard.Direction.AT_MOST else "≥"
        return f"{sign} {value:,g}"
    return _("in the plan") if value else _("not in the plan")


def field_name(adjustment: Adjustment) -> str:
    """The field of the plan an adjustment changes: Poster, share of the plan."""
    title = adjustment.title
    kind = adjustment.kind
    if kind == Adjustment.Kind.CHANNEL_SHARE:
        return _("%(channel)s: share of the plan") % {"channel": title}
    if kind in {Adjustment.Kind.SEGMENT_ADD, Adjustment.Kind.SEGMENT_DROP}:
        return _("Segment: %(segment)s") % {"segment": title}
    if kind == Adjustment.Kind.STANDARD:
        return _("Standard: %(metric)s") % {"metric": title}
    return title


def why(finding: Finding) -> str:
    """A finding as a sentence that can stand alone."""
    parts = {
        "subject": finding.title,
        "of": unit_name(finding.unit),
        "value": value_text(finding.value, finding.unit),
        "range": range_text(finding.low, finding.high, finding.unit),
        "n": f"{finding.n:,}",
    }
    if finding.value is None:
        return _("%(subject)s: cannot say, too few rows (n=%(n)s)") % parts
    return _("%(subject)s: %(of)s %(value)s (90 %% interval %(range)s; n=%(n)s)") % parts


FORMULAS = {
    "reach": lambda: _("different readers with a delivery that was sent"),
    "response_rate": lambda: _(
        "reached readers who followed a link, answered or sent a work ÷ reached readers"
    ),
    "lift": lambda: _(
        "share with a visit, loan, event or contribution after the launch: drawn − held out"
    ),
    "answers": lambda: _("answers to the campaign's surveys, without flagged ones"),
    "satisfaction": lambda: _("mean of the satisfaction questions, 1 to 5"),
    "nps": lambda: _("promoters (9–10) − detractors (0–6), in points"),
    "contributors": lambda: _("different readers who sent a work to the campaign's calls"),
    "cost_per_response": lambda: _("(cash + hours × rate + in kind) ÷ responses"),
}
