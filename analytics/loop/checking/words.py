"""What the calibration page says, in whole sentences. No queries, no HTML.

Every template loads it, so what is computed with scipy is named for its types alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.loop.checking.calibration import LEAST_CHECKS, TOGETHER, Calibration, Fit, Hindsight
from analytics.loop.models import Adjustment
from analytics.loop.words import field_name, plan_text, range_text, value_text
from core.estimated import Estimate
from core.levels import PREDICTION_LEVEL
from core.localised import listed
from core.numbers import interval, number, percent

if TYPE_CHECKING:
    from analytics.loop.checking.gathering import Check
    from analytics.loop.checking.refused import RefusedProposal
    from analytics.loop.checking.testimony import OfKind, Testimony

State = Adjustment.State


def kind_name(kind: str) -> str:
    """A kind of change as the page calls it."""
    if kind == TOGETHER:
        return _("Several changes together")
    return str(Adjustment.Kind(kind).label)


def share_text(share: Estimate) -> str:
    """A share with its interval, as whole percent: "79 % (63–90 %)"."""
    low, high = share.interval
    ends = interval(percent(low, 0).removesuffix(" %"), percent(high, 0))
    return _("%(value)s (%(interval)s)") % {"value": percent(share.value, 0), "interval": ends}


# --- above everything -----------------------------------------------------------------------------
def summary(testimony: Testimony) -> list[str]:
    """What the page says first: how many held, what follows, whether the middle is right, and what
    was refused. Where there is nothing to check, that, and what would help.
    """
    said = [why_nothing_is_checked(testimony)]
    if testimony.checks:
        said = [how_many_held(testimony.whole), what_follows(testimony), the_middle(testimony)]
    if testimony.refused:
        said.append(refused_in_words(testimony))
    return said


def why_nothing_is_checked(testimony: Testimony) -> str:
    """In place of checks: why there are none, and what would help."""
    if testimony.measured:
        return _(
            "No part went on as before in what was changed, so nothing can be checked: what came"
            " may have come anyway. Let a fifth of the readers go on as before in the next plan."
        )
    return _(
        "No promise has been checked yet. It takes two rounds: accept a proposal, and let a fifth"
        " of the readers of the next campaign go on as before."
    )


def how_many_held(whole: Calibration) -> str:
    """How many of the predictions held, beside how many should."""
    told = {
        "covered": whole.covered,
        "n": whole.checks,
        "share": share_text(whole.share),
        "level": percent(PREDICTION_LEVEL, 0),
    }
    return (
        _(
            "Promises held against a part that went on as before: %(n)s. In the promised interval:"
            " %(covered)s, which is %(share)s, where it should be %(level)s."
        )
        % told
    )


def what_follows(testimony: Testimony) -> str:
    """Which kinds are widened or narrowed; that there are too few checks, or that none needs it."""
    changed = list(map(changed_in_words, testimony.changed_kinds))
    if changed:
        return listed(changed)
    if all(one.calibration.fit == Fit.FEW for one in testimony.kinds):
        return _(
            "No kind of change has been checked %(least)s times yet, so nothing is widened or"
            " narrowed. Every round with a part that goes on as before brings it nearer."
        ) % {"least": LEAST_CHECKS}
    return _("No kind of change promised too surely or too carefully: nothing is widened.")


def changed_in_words(one: OfKind) -> str:
    """That a kind promised too surely, or too carefully, and what was done about it."""
    told = {
        "kind": kind_name(one.kind),
        "covered": one.calibration.covered,
        "n": one.calibration.checks,
        "factor": number(one.calibration.factor, 1),
        "day": date_format(localtime(one.calibration.since), "DATE_FORMAT"),
    }
    if one.calibration.fit == Fit.WIDENED:
        return (
            _(
                "“%(kind)s” promised too surely: %(covered)s of %(n)s held. Since %(day)s its"
                " intervals are made %(factor)s times as wide."
            )
            % told
        )
    return (
        _(
            "“%(kind)s” promised too carefully: %(covered)s of %(n)s held. Since %(day)s its"
            " intervals are made %(factor)s times as wide."
        )
        % told
    )


def the_middle(testimony: Testimony) -> str:
    """Whether promises are too high or too low: about half should reach their middle."""
    told = {
        "reached": testimony.reached_middle,
        "n": len(testimony.checks),
        "share": share_text(testimony.middle),
    }
    low, high = testimony.middle.interval
    if high < 0.5:
        message = _(
            "%(reached)s of %(n)s brought what was promised or more, %(share)s: promises are too"
            " high, since half should."
        )
    elif low > 0.5:
        message = _(
            "%(reached)s of %(n)s brought what was promised or more, %(share)s: promises are too"
            " low, since half should."
        )
    else:
        message = _(
            "%(reached)s of %(n)s brought what was promised or more: %(share)s, where half should."
        )
    return message % told


def refused_in_words(testimony: Testimony) -> str:
    """How many refused proposals were seen again, and how many of them would have helped."""
    told = {
        "n": len(testimony.refused),
        "seen": len(testimony.told_refusals),
        "helped": testimony.would_have_helped,
    }
    message = _("Refused proposals: %(n)s. Seen again: %(seen)s; %(helped)s would have helped.")
    if not testimony.told_refusals:
        message = _("Of %(n)s refused proposals nobody can say yet whether they would have helped.")
    return message % told


# --- by kind --------------------------------------------------------------------------------------
def fit_in_words(calibration: Calibration) -> str:
    """What is concluded of a kind, and what is done."""
    told = {"least": LEAST_CHECKS, "factor": number(calibration.factor, 1)}
    return {
        Fit.FEW: _("few: judged from %(least)s checks on"),
        Fit.FITS: _("as it should be"),
        Fit.WIDENED: _("too sure: intervals × %(factor)s"),
        Fit.NARROWED: _("too careful: intervals × %(factor)s"),
    }[calibration.fit] % told


#: The colour of what is concluded of a kind.
FIT_TONES = {Fit.FEW: "", Fit.FITS: "green", Fit.WIDENED: "red", Fit.NARROWED: "amber"}


# --- one check ------------------------------------------------------------------------------------
def check_name(check: Check) -> str:
    """The plan in which the changes were seen, and what they changed."""
    return _("%(plan)s · %(changes)s") % {
        "plan": check.first.applied_in,
        "changes": listed(map(field_name, check.changes)),
    }


def promised_text(check: Check) -> str:
    """What was promised, with the interval it was held against."""
    measure = check.first.measure
    return _("%(value)s (%(interval)s)") % {
        "value": value_text(check.promise.value, measure),
        "interval": range_text(check.promise.low, check.promise.high, measure),
    }


def observed_text(check: Check) -> str:
    """What was observed, with the interval of its arms and how many they are."""
    return seen_text(check.first)


def seen_text(adjustment: Adjustment) -> str:
    """What an evaluation saw of a proposal, with interval and n."""
    measure = adjustment.measure
    return _("%(value)s (%(interval)s; n=%(n)s)") % {
        "value": value_text(adjustment.observed, measure),
        "interval": range_text(adjustment.observed_low, adjustment.observed_high, measure),
        "n": adjustment.persons_observed,
    }


def outcome_of(check: Check) -> tuple[str, str]:
    """(in words, colour): inside the interval, or on which side of it."""
    if check.is_covered:
        return _("in the interval"), "green"
    if check.promised_too_much:
        return _("promised too much"), "red"
    return _("promised too little"), "red"


def widened_text(check: Check) -> str:
    """That the promise was made wider or narrower than its formula says; empty where it was not."""
    if check.promise.factor == 1:
        return ""
    return factor_text(check.promise.factor)


def factor_text(factor: float) -> str:
    """What a factor is, beside the promise that was made with it."""
    return _("interval × %(factor)s, by how earlier promises of the kind held") % {
        "factor": number(factor, 1)
    }


def check_sentence(check: Check) -> str:
    """A check as one sentence, for its row in a drawing."""
    return _("%(name)s: promised %(promised)s, observed %(observed)s, %(outcome)s") % {
        "name": check_name(check),
        "promised": promised_text(check),
        "observed": observed_text(check),
        "outcome": outcome_of(check)[0],
    }


# --- what does not count --------------------------------------------------------------------------
def why_weak(adjustment: Adjustment) -> str:
    """Why something that was seen again counts in no share."""
    if adjustment.state == State.CHANGED:
        return _("another value than the proposed one: nothing was promised about it")
    if not adjustment.is_against_as_before:
        return _("the line's own trend: it may have come anyway")
    return _("accepted together with changes that promised something else")


def hindsight_in_words(refusal: RefusedProposal) -> tuple[str, str]:
    """(what the next campaign says of a refused proposal, colour)."""
    if refusal.hindsight == Hindsight.HELPED:
        return _("would have helped"), "red"
    return _("refusing it was right"), "green"


def how_known(refusal: RefusedProposal) -> str:
    """Whether the parts that differed again had been drawn, or were only observed."""
    if refusal.randomised:
        return _("readers were drawn into what was compared")
    return _("only observed: readers were not drawn")


def change_text(adjustment: Adjustment) -> str:
    """What a proposal would change from what to what."""
    return _("%(field)s: %(before)s → %(after)s") % {
        "field": field_name(adjustment),
        "before": plan_text(adjustment.before, adjustment),
        "after": plan_text(adjustment.after, adjustment),
    }
