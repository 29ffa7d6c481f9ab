"""What the evaluation report says beyond its tables.

The summary, the checked promises, the export.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from analytics.loop import verify
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.words import field_name, plan_text, unit_name
from core.exporting import csv_text
from core.localised import localised


class Report:
    """Readable parts of an evaluation's results for its template."""

    def __init__(self, evaluation: Evaluation):
        self.evaluation = evaluation
        self.results = evaluation.results

    @property
    def grid(self) -> list[tuple[str, list[dict | None]]]:
        """Channel × segment.

        One row per channel with a cell per segment, None where nothing was sent.
        """
        cells = {(cell["channel"], cell["segment"]): cell for cell in self.results["grid"]}
        return [
            (
                localised(row["name"]),
                [cells.get((row["channel"], s["segment"])) for s in self.results["segments"]],
            )
            for row in self.results["channels"]
            if row["response"] is not None
        ]

    @property
    def channels(self) -> list[dict]:
        """Planned against obtained.

        With the name in the current language and the share of all responses.
        """
        rows = self.results["channels"]
        total = sum(row["responses"] or 0 for row in rows)
        return [
            row
            | {
                "title": localised(row["name"]),
                "obtained": row["responses"] / total
                if total and row["responses"] is not None
                else None,
            }
            for row in rows
        ]

    @property
    def effort(self) -> str:
        """What a channel's responses are divided by."""
        return unit_name(f"per_{self.results['basis']}")

    @property
    def surveys(self) -> list[dict]:
        return [survey | {"name": localised(survey["title"])} for survey in self.results["surveys"]]


def checked(evaluation: Evaluation) -> list[Adjustment]:
    """Adjustments of earlier campaigns that this evaluation measured."""
    rows = Adjustment.objects.filter(observed_in=evaluation)
    return list(rows.select_related("evaluation__campaign", "decision"))


def as_csv(evaluation: Evaluation) -> str:
    """The report as CSV with a byte order mark; text cells cannot run as formulas."""
    heading = [_("Part"), _("Subject"), _("Value"), _("From"), _("To"), "n", _("Unit"), _("State")]
    return csv_text([heading, *_rows(evaluation)])


def _rows(evaluation: Evaluation) -> Iterator[list]:
    yield [
        _("Campaign"),
        str(evaluation.campaign),
        "",
        "",
        "",
        "",
        "",
        evaluation.campaign.get_provenance_display(),
    ]
    yield [_("As of"), evaluation.as_of.isoformat(), "", "", "", "", "", evaluation.inputs_sha256]
    for row in evaluation.results["standards"]:
        met = {True: _("met"), False: _("missed"), None: _("cannot say")}[row["met"]]
        name, target = unit_name(row["metric"]), f"{row['direction']} {row['target']:g}"
        yield [_("Standard"), name, row["value"], row["low"], row["high"], row["n"], target, met]
    for finding in evaluation.findings.all():
        unit = unit_name(finding.unit)
        part = finding.get_kind_display()
        yield [part, finding.title, finding.value, finding.low, finding.high, finding.n, unit, ""]
    for adjustment in evaluation.adjustments.all():
        before = plan_text(adjustment.before, adjustment)
        after = plan_text(adjustment.after, adjustment)
        promise = [
            adjustment.expected,
            adjustment.expected_low,
            adjustment.expected_high,
            adjustment.n,
        ]
        state = adjustment.get_state_display()
        yield [
            _("Adjustment"),
            f"{field_name(adjustment)}: {before} → {after}",
            *promise,
            unit_name(adjustment.measure),
            state,
        ]


def record_of(campaign) -> verify.Record:
    """What became of all proposals of one campaign."""
    return verify.tally(Adjustment.objects.filter(evaluation__campaign=campaign))
