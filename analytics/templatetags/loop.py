"""Filters for findings and adjustments; the words are made in the rooms' words.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from analytics.loop import storage
from analytics.loop.advice import FROM_THE_RULE
from analytics.loop.checking import words as checking_words
from analytics.loop.checking.calibration import Calibration
from analytics.loop.choices import RANGES
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.tallied import checked, decided
from analytics.loop.words import (
    LinkedSentence,
    agreed_name,
    asked_in_words,
    checked_in_words,
    decided_in_words,
    direction_sign,
    field_name,
    figure_range,
    figure_text,
    finding_name,
    goes_with_it,
    plan_text,
    promise_name,
    promised_in_words,
    value_text,
)
from analytics.month.words import (
    metric_help,
    metric_name,
    rests_on,
    target_said,
    tile_told,
    trend_of,
)
from core.localised import running
from core.numbers import plain

if TYPE_CHECKING:
    from analytics.loop.checking.gathering import Check
    from analytics.loop.checking.refused import RefusedProposal

register = template.Library()


class Verdict(NamedTuple):
    """A word with the colour of its chip."""

    words: str
    tone: str


register.filter("decided_figures", decided)
register.filter("checked_figures", checked)
register.filter("metric_name", metric_name)
register.filter("metric_help", metric_help)
register.filter("tile_told", tile_told)
register.filter("rests_on", rests_on)
register.filter("target_said", target_said)
register.filter("trend_of", trend_of)
register.filter("field_name", field_name)
register.filter("about", finding_name)
register.filter("figure", figure_text)
register.filter("promise_name", promise_name)
register.filter("goes_with_it", goes_with_it)
register.filter("in_unit", value_text)
register.filter("plain", plain)
register.filter("sign", direction_sign)
register.filter("agreed_name", agreed_name)
register.filter("asked_in_words", asked_in_words)
register.filter("decided_in_words", decided_in_words)
register.filter("promised_in_words", promised_in_words)
register.filter("checked_in_words", checked_in_words)

register.filter("kind_name", checking_words.kind_name)
register.filter("share_text", checking_words.share_text)
register.filter("fit_in_words", checking_words.fit_in_words)
register.filter("check_name", checking_words.check_name)
register.filter("promised_text", checking_words.promised_text)
register.filter("observed_text", checking_words.observed_text)
register.filter("seen_text", checking_words.seen_text)
register.filter("widened_text", checking_words.widened_text)
register.filter("factor_text", checking_words.factor_text)
register.filter("why_weak", checking_words.why_weak)
register.filter("how_known", checking_words.how_known)
register.filter("change_text", checking_words.change_text)


@register.filter
def with_links(sentences: Iterable[LinkedSentence | str]) -> SafeString:
    """Sentences one after the other as the language sets them, each with its link if it has one."""
    return mark_safe(running(map(_with_link, sentences)))


def _with_link(sentence: LinkedSentence | str) -> SafeString:
    """One sentence as HTML; a plain text is escaped like everything else on a page."""
    if isinstance(sentence, str):
        return format_html("{}", sentence)
    return format_html(
        '{}<a href="{}">{}</a>{}', sentence.before, sentence.href, sentence.link, sentence.after
    )


@register.filter
def fit_tone(calibration: Calibration) -> str:
    """The colour of what is concluded of a kind of change."""
    return checking_words.FIT_TONES[calibration.fit]


@register.filter
def outcome_of(check: Check) -> Verdict:
    """Whether a check held, in words and as a colour."""
    return Verdict(*checking_words.outcome_of(check))


@register.filter
def hindsight_of(refusal: RefusedProposal) -> Verdict:
    """Whether a refused proposal would have helped, in words and as a colour."""
    return Verdict(*checking_words.hindsight_in_words(refusal))


@register.filter
def takes_a_second(adjustment: Adjustment) -> bool:
    """Whether refusing it takes a second person's yes, since the rule of the report asks for it."""
    return settings.SECOND_READER and adjustment.kind in FROM_THE_RULE


@register.filter
def can_be_changed(adjustment: Adjustment) -> bool:
    """Whether a person may choose another value than the proposed one."""
    return adjustment.kind in RANGES


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
def is_provisional(evaluation: Evaluation) -> bool:
    """Whether the campaign's period, or its readers' window, had not ended at the evaluation."""
    return storage.is_provisional(evaluation)
