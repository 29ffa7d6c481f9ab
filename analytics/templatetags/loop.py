"""Filters for findings and adjustments; the words are made in analytics/loop/words.py."""

from django import template

from analytics.loop.words import (
    field_name,
    metric_help,
    metric_name,
    plan_text,
    range_text,
    unit_name,
    value_text,
    why,
)
from analytics.month.words import formula
from core.numbers import plain

register = template.Library()

register.filter("metric_name", metric_name)
register.filter("metric_help", metric_help)
register.filter("field_name", field_name)
register.filter("unit_name", unit_name)
register.filter("formula", formula)
register.filter("why", why)
register.filter("in_unit", value_text)
register.filter("plain", plain)


@register.filter
def before(adjustment) -> str:
    return plan_text(adjustment.before, adjustment)


@register.filter
def after(adjustment) -> str:
    return plan_text(adjustment.after, adjustment)


@register.filter
def agreed(adjustment) -> str:
    """The value that goes into the next plan."""
    return plan_text(adjustment.agreed_value, adjustment)


@register.filter
def expected(adjustment) -> str:
    return value_text(adjustment.expected, adjustment.measure)


@register.filter
def expected_range(adjustment) -> str:
    return range_text(adjustment.expected_low, adjustment.expected_high, adjustment.measure)


@register.filter
def observed(adjustment) -> str:
    return value_text(adjustment.observed, adjustment.measure)


@register.filter
def observed_range(adjustment) -> str:
    return range_text(adjustment.observed_low, adjustment.observed_high, adjustment.measure)


@register.filter
def found(finding) -> str:
    return value_text(finding.value, finding.unit)


@register.filter
def found_range(finding) -> str:
    return range_text(finding.low, finding.high, finding.unit)


@register.filter
def reached(standard: dict) -> str:
    """What a locked standard came to."""
    return value_text(standard["value"], standard["metric"])


@register.filter
def reached_range(standard: dict) -> str:
    return range_text(standard["low"], standard["high"], standard["metric"])


@register.filter
def sign(direction: str) -> str:
    return "≤" if direction == "le" else "≥"


@register.filter
def metric_label(metric: str) -> str:
    return unit_name(metric)
