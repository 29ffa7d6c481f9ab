"""Filters for findings and adjustments; the words are made in the rooms' words.py."""

from django import template

from analytics.loop import storage
from analytics.loop.figures.shapes import StandardResult
from analytics.loop.models import Adjustment, Finding
from analytics.loop.words import (
    direction_sign,
    field_name,
    figure_range,
    figure_text,
    finding_name,
    how_computed,
    measure_name,
    plan_text,
    range_text,
    value_text,
    why,
)
from analytics.month.words import metric_help, metric_name, rests_on
from core.numbers import plain

register = template.Library()

register.filter("metric_name", metric_name)
register.filter("metric_help", metric_help)
register.filter("rests_on", rests_on)
register.filter("field_name", field_name)
register.filter("about", finding_name)
register.filter("figure", figure_text)
register.filter("measure_name", measure_name)
register.filter("how_computed", how_computed)
register.filter("why", why)
register.filter("in_unit", value_text)
register.filter("plain", plain)
register.filter("sign", direction_sign)


@register.filter
def before(adjustment: Adjustment) -> str:
    """The value that stood in the plan, as the plan prints it: 15 %, 20:00, ≥
    40; a dash for none.
    """
    return plan_text(adjustment.before, adjustment)


@register.filter
def after(adjustment: Adjustment) -> str:
    """The value that is proposed, as the plan prints it: 15 %, 20:00, ≥ 40, in the plan."""
    return plan_text(adjustment.after, adjustment)


@register.filter
def agreed(adjustment: Adjustment) -> str:
    """The value that goes into the next plan: the proposed one, or the one a
    person chose instead.
    """
    return plan_text(adjustment.agreed_value, adjustment)


@register.filter
def expected(adjustment: Adjustment) -> str:
    """What was promised of it, with its unit; why nothing is said where there is no number."""
    return figure_text(storage.promise_of(adjustment))


@register.filter
def expected_range(adjustment: Adjustment) -> str:
    """From where to where the proposal promises, in the unit of its measure.

    "withheld" where the value stands alone, "cannot say" where there is none.
    """
    return figure_range(storage.promise_of(adjustment))


@register.filter
def observed(adjustment: Adjustment) -> str:
    """What the next evaluation saw of the promise; "cannot say" before there is one."""
    return value_text(adjustment.observed, adjustment.measure)


@register.filter
def observed_range(adjustment: Adjustment) -> str:
    """From where to where it was observed, in the unit of its measure; "cannot say" without both
    ends.
    """
    return range_text(adjustment.observed_low, adjustment.observed_high, adjustment.measure)


@register.filter
def found(finding: Finding) -> str:
    """The figure of a finding with its unit; in words where there is none."""
    return figure_text(storage.figure_of(finding))


@register.filter
def found_range(finding: Finding) -> str:
    """The interval of a finding with its unit.

    "withheld" where the value stands alone, "cannot say" where there is none.
    """
    return figure_range(storage.figure_of(finding))


@register.filter
def reached(result: StandardResult) -> str:
    """What a locked standard came to, with its unit; why nothing is said where
    there is no number.
    """
    return figure_text(result.reached)


@register.filter
def reached_range(result: StandardResult) -> str:
    """The interval of what was reached, with its unit; "withheld" where the value stands alone."""
    return figure_range(result.reached)
