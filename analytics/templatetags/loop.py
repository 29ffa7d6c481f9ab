"""Filters for findings and adjustments; the words are made in analytics/wording.py."""

from django import template

from analytics import wording

register = template.Library()

register.filter("metric_name", wording.metric_name)
register.filter("metric_help", wording.metric_help)
register.filter("field_name", wording.field_name)
register.filter("unit_name", wording.unit_name)
register.filter("formula", wording.formula)
register.filter("why", wording.why)
register.filter("in_unit", wording.value_text)


@register.filter
def before(adjustment) -> str:
    return wording.plan_text(adjustment.before, adjustment)


@register.filter
def after(adjustment) -> str:
    return wording.plan_text(adjustment.after, adjustment)


@register.filter
def agreed(adjustment) -> str:
    """The value that goes into the next plan."""
    return wording.plan_text(adjustment.agreed_value, adjustment)


@register.filter
def expected(adjustment) -> str:
    return wording.value_text(adjustment.expected, adjustment.measure)


@register.filter
def expected_range(adjustment) -> str:
    return wording.range_text(adjustment.expected_low, adjustment.expected_high, adjustment.measure)


@register.filter
def observed(adjustment) -> str:
    return wording.value_text(adjustment.observed, adjustment.measure)


@register.filter
def observed_range(adjustment) -> str:
    return wording.range_text(adjustment.observed_low, adjustment.observed_high, adjustment.measure)


@register.filter
def found(finding) -> str:
    return wording.value_text(finding.value, finding.unit)


@register.filter
def found_range(finding) -> str:
    return wording.range_text(finding.low, finding.high, finding.unit)


@register.filter
def reached(standard: dict) -> str:
    """What a locked standard came to."""
    return wording.value_text(standard["value"], standard["metric"])


@register.filter
def reached_range(standard: dict) -> str:
    return wording.range_text(standard["low"], standard["high"], standard["metric"])


@register.filter
def plain(value: float) -> str:
    """A target without needless decimals: 2,000 and 14.4."""
    return f"{value:,.10g}"


@register.filter
def sign(direction: str) -> str:
    return "≤" if direction == "le" else "≥"


@register.filter
def metric_label(metric: str) -> str:
    return wording.unit_name(metric)
