"""The evaluation report as a file: a line for each figure, finding and proposal."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.loop import sentences, storage
from analytics.loop.conclusions import provisional_window
from analytics.loop.effect_readings import of_the_effect
from analytics.loop.found import reading_of
from analytics.loop.meeting.verdicts import why_ruled, word_of
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.publications import EVALUATIONS
from analytics.loop.readings import Readings
from analytics.loop.report import ReportedStandard, reported_standards
from analytics.loop.stored_readings import readings_of
from analytics.loop.words import field_name, finding_name, plan_text, promise_name
from analytics.published.models import Seal
from campaigns.experiments.models import NamedOutcome
from core.disclosure import Count
from core.exporting import csv_text
from core.localised import labelled
from core.measures import NamedFigure


@dataclass(frozen=True)
class ExportRow:
    """One line of the exported report; what it does not say stays empty.

    ``level``: of the interval in ``figures``. ``measure``: the key of what the figure is of.
    """

    part: str
    subject: str = ""
    figures: list[float | Count | str | None] = field(default_factory=lambda: ["", "", "", ""])
    unit: str = ""
    state: str = ""
    level: float | str | None = ""
    measure: str = ""

    @property
    def cells(self) -> list:
        """The line as a row of a file, its cells in the order of the heading."""
        told = [self.part, self.subject, *self.figures, self.unit, self.state, self.level]
        return [*told, self.measure]


def as_csv(evaluation: Evaluation) -> str:
    """The report as CSV with a byte order mark, in the current language; text cells cannot run as
    formulas.
    """
    heading = [
        _("Part"),
        _("Subject"),
        _("Value"),
        pgettext("interval", "From"),
        pgettext("interval", "To"),
        "n",
        _("Unit"),
        _("State"),
        _("Level"),
        _("Measure"),
    ]
    return csv_text([heading, *(row.cells for row in _rows(evaluation))])


def _rows(evaluation: Evaluation) -> Iterator[ExportRow]:
    """The rows of the file: the campaign, its figures and standards, what was found, what was
    proposed.
    """
    campaign = evaluation.campaign
    readings = readings_of(evaluation)
    yield ExportRow(_("Campaign"), str(campaign), state=campaign.get_provenance_display())
    # The library's own day and hour: in Greenwich it is yesterday until the morning.
    as_of = localtime(evaluation.as_of).isoformat()
    yield ExportRow(_("As of"), as_of, state=evaluation.inputs_sha256)
    if readings.is_provisional:
        yield ExportRow(_("State"), _provisional_in_words(readings))
    yield from _conclusion_rows(readings)
    addressed = readings.addressed
    yield ExportRow(
        addressed.label, figures=["", "", "", addressed.value], measure=addressed.measure.key
    )
    if readings.results.width:
        said = _("numbers of readers are multiples of %(width)s") % {
            "width": readings.results.width
        }
        yield ExportRow(_("Rounding"), said)
    yield _seal_row(evaluation)
    yield from map(_figure_row, readings.metrics)
    yield from map(_effect_row, of_the_effect(readings))
    yield from map(_standard_row, reported_standards(readings))
    for finding in evaluation.findings.all():
        yield _finding_row(finding, readings)
    yield from map(_adjustment_row, evaluation.adjustments.all())


def _seal_row(evaluation: Evaluation) -> ExportRow:
    """The seal's hash and number; without them where the report has none.

    By its hash a file can be compared with the chain later: ``manage.py verify --expect``.
    """
    seal = Seal.objects.of(EVALUATIONS, evaluation.pk)
    if seal is None:
        return ExportRow(_("Seal"))
    number = _("number %(number)s") % {"number": seal.number}
    return ExportRow(_("Seal"), seal.sha256, state=number)


def _provisional_in_words(readings: Readings) -> str:
    """What is not over yet: the window of the readers, else the campaign's own period."""
    judgement = readings.results.judgement
    if judgement is not None and judgement.effect.provisional:
        return provisional_window(judgement.effect)
    return _("provisional: the campaign's period has not ended")


def _conclusion_rows(readings: Readings) -> Iterator[ExportRow]:
    """The effect that decides, with what is concluded of it, and what follows by the rule that
    stood before launch; nothing before 0.4, which concluded nothing.
    """
    judgement = readings.results.judgement
    if judgement is None:
        return
    said = sentences.effect_in_words(readings.results)
    effect = readings.effect
    told = _figure_row(effect)
    yield replace(told, part=_("Effect"), subject=str(effect.measure.counted), state=said)
    yield ExportRow(_("Verdict"), word_of(judgement), state=why_ruled(judgement))


def _figure_row(told: NamedFigure) -> ExportRow:
    """A figure of the campaign; an empty cell would not say why it is empty, so its sign does."""
    return ExportRow(
        part=_("Figure"),
        subject=told.label,
        figures=_cells(told),
        unit=str(told.measure.unit.label),
        level=told.level,
        measure=told.measure.key,
    )


def _effect_row(told: NamedFigure) -> ExportRow:
    """How often, or a secondary outcome by its name, which decides nothing."""
    row = _figure_row(told)
    if not told.about:
        return row
    outcome = NamedOutcome(told.about.removeprefix("outcome:"))
    return replace(row, part=_("Secondary outcome, decides nothing"), subject=str(outcome.label))


def _standard_row(reported: ReportedStandard) -> ExportRow:
    """A standard with what was reached; its target stands as the unit, with its direction."""
    standard = reported.result.standard
    return ExportRow(
        part=_("Standard"),
        subject=reported.reached.label,
        figures=_cells(reported.reached),
        unit=f"{standard.direction} {standard.target:g}",
        state=reported.verdict,
        level=reported.reached.level,
        measure=reported.reached.measure.key,
    )


def _cells(told: NamedFigure) -> list[float | Count | str | None]:
    """A figure as four columns: value or why there is none, low, high, n."""
    return [told.cell, told.low, told.high, told.n]


def _finding_row(finding: Finding, readings: Readings) -> ExportRow:
    """One thing found, as the report tells it."""
    told = reading_of(finding, readings)
    row = ExportRow(
        part=finding.get_kind_display(),
        subject=finding_name(finding),
        figures=_cells(told),
        unit=told.label,
        level=told.level,
        measure=told.measure.key,
    )
    if finding.kind == Finding.Kind.LIFT and not told.says:
        return replace(row, state=sentences.effect_in_words(readings.results))
    return row


def _adjustment_row(adjustment: Adjustment) -> ExportRow:
    """A proposal from what to what, with the figure that was promised for it."""
    promise = storage.promise_of(adjustment)
    before = plan_text(adjustment.before, adjustment)
    after = plan_text(adjustment.after, adjustment)
    return ExportRow(
        part=_("Adjustment"),
        subject=labelled(field_name(adjustment), f"{before} → {after}"),
        figures=[promise.value, promise.low, promise.high, adjustment.persons],
        unit=promise_name(adjustment),
        state=adjustment.get_state_display(),
        level=promise.level,
    )
