"""The charts of the calibration page: promises with what came of them, and how many held."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.loop.checking.testimony import OfKind, Testimony
from analytics.loop.checking.words import (
    check_name,
    check_sentence,
    kind_name,
    observed_text,
    outcome_of,
    promised_text,
    share_text,
)
from core.charts import Chart, intervals, of_estimate
from core.estimates import PREDICTION_LEVEL
from core.numbers import percent


def of_kind(one: OfKind, as_of: datetime) -> Chart:
    """The promises of a kind per 100 readers, oldest first, each with what came of it."""
    names, points, bounds, seen, sentences, rows = [], [], [], [], [], []
    for place, check in enumerate(one.checks, start=1):
        # A plan may stand in several rows: the number keeps them apart.
        names.append(f"{place} · {check_name(check)}")
        # Stored as shares of 1.
        points.append(check.promise.value * 100)
        bounds.append((check.promise.low * 100, check.promise.high * 100))
        seen.append(check.observed * 100)
        sentences.append(check_sentence(check))
        outcome, _tone = outcome_of(check)
        rows.append([names[-1], promised_text(check), observed_text(check), outcome])

    texts = [outcome_of(check)[0] for check in one.checks]
    drawn = intervals(
        names, points, bounds, sentences=sentences, texts=texts, seen=seen, reference=0
    )
    return Chart(
        id=f"kind-{one.kind}",
        figure=drawn,
        caption=_(
            "%(kind)s, per 100 readers (points, or times): line and stroke are what was promised"
            " with its %(level)s interval, the point is what came; the dotted line is no difference"
        )
        % {"kind": kind_name(one.kind), "level": percent(PREDICTION_LEVEL, 0)},
        columns=[
            pgettext("of a plan", "Change"),
            _("Promised"),
            pgettext("of a promise", "Observed"),
            _("Outcome"),
        ],
        rows=rows,
        n=len(one.checks),
        as_of=as_of,
    )


def coverage(testimony: Testimony, as_of: datetime) -> Chart:
    """How many of the predictions of each kind held, in percent, with nine of ten marked."""
    names, points, bounds, texts, sentences, rows = [], [], [], [], [], []
    for one in testimony.kinds:
        share = one.calibration.share
        names.append(kind_name(one.kind))
        points.append(share.value * 100)
        bounds.append((share.low * 100, share.high * 100))
        texts.append(share_text(share))
        sentences.append(of_estimate(names[-1], texts[-1], share.n))
        rows.append([names[-1], one.calibration.covered, share.n, texts[-1]])

    level = PREDICTION_LEVEL * 100
    return Chart(
        id="coverage",
        figure=intervals(names, points, bounds, sentences=sentences, texts=texts, reference=level),
        caption=_(
            "Percent of the promises that held, with its 95 %% interval; the dotted line is the"
            " %(level)s that should"
        )
        % {"level": percent(PREDICTION_LEVEL, 0)},
        columns=[_("Kind"), _("Held"), _("Checks"), _("Share")],
        rows=rows,
        n=len(testimony.checks),
        as_of=as_of,
    )
