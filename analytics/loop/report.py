"""What the evaluation report says in its tables, and its export. Its sentences are made in
sentences.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from analytics.loop import sentences, storage, verify
from analytics.loop.figures.shapes import (
    ChannelResult,
    ResponseShare,
    Results,
    StandardResult,
)
from analytics.loop.figures.standards import why_missing
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.publications import EVALUATIONS
from analytics.loop.words import (
    field_name,
    figure_range,
    figure_text,
    finding_measure,
    finding_name,
    measure_name,
    plan_text,
)
from analytics.published.models import Seal
from campaigns.plan.models import Campaign
from core.disclosure import Count, Missing
from core.exporting import csv_text
from core.localised import labelled, localised
from core.numbers import per_hundred, percent
from feedback.surveys.models import Survey


@dataclass(frozen=True)
class ReportedChannel:
    """Planned against obtained.

    ``obtained``: share of all responses, None where they are withheld or were not measured.
    """

    title: str
    result: ChannelResult
    obtained: float | None

    @property
    def share(self) -> str:
        """Of the plan, as it is printed."""
        return per_hundred(self.result.share, None)

    @property
    def response(self) -> str:
        """The response rate as it is printed, or why there is none; a dash where the channel has no
        known readers.
        """
        if self.result.response is None:
            return "–"
        return figure_text(self.result.response)


#: Whether a standard was met, in words and by the colour of its chip; None: it was not judged.
VERDICTS = {
    True: (gettext_noop("met"), "green"),
    False: (gettext_noop("missed"), "red"),
    None: (gettext_noop("cannot say"), ""),
}


@dataclass(frozen=True)
class ReportedStandard:
    """``missing``: why nothing was reached that can be told; None where something was."""

    result: StandardResult
    missing: Missing | None

    @property
    def verdict(self) -> str:
        """Whether it was met, in words."""
        word, _colour = VERDICTS[self.result.met]
        return _(word)

    @property
    def colour(self) -> str:
        """Of the chip with the verdict; empty where nothing was judged."""
        _word, colour = VERDICTS[self.result.met]
        return colour

    @property
    def value(self) -> str:
        """What was reached, with its unit; empty where ``missing`` says why there is nothing."""
        if self.missing is not None:
            return ""
        return figure_text(self.result.reached)

    @property
    def range(self) -> str:
        """The interval of what was reached, with its unit; empty where nothing was."""
        if not self.result.reached.says:
            return ""
        return figure_range(self.result.reached)

    @property
    def reasons(self) -> list[str]:
        """Why its target was amended, and by whom, once for each time."""
        return [
            _("%(reason)s (%(by)s)") % {"reason": amended.reason, "by": amended.by}
            for amended in self.result.standard.amendments
        ]

    @property
    def persons(self) -> Count:
        """How many the figure rests on. Where nothing is said and nobody is known to be behind it,
        the reason stands in place of the number.
        """
        reached = self.result.reached
        if self.missing is not None and not reached.n:
            return Count.without(self.missing)
        return reached.persons


def reported_standards(results: Results) -> list[ReportedStandard]:
    """Every locked standard, in the order of the plan, with what was reached, or why that is not
    said.
    """
    reported = []
    for result in results.standards:
        missing = None
        if not result.reached.says:
            missing = why_missing(Measure(result.standard.metric), results)
        reported.append(ReportedStandard(result, missing))
    return reported


class Report:
    """Readable parts of an evaluation's results for its template."""

    def __init__(self, results: Results, findings: Sequence[Finding]):
        self.results = results
        self.findings = findings

    @property
    def standards(self) -> list[ReportedStandard]:
        """The standards with their judgements, in the order of the plan."""
        return reported_standards(self.results)

    @property
    def has_anonymous_surveys(self) -> bool:
        """Whether answers may have waited to be mixed when the figures were frozen. One query."""
        asked = [survey.survey for survey in self.results.surveys]
        return Survey.objects.filter(pk__in=asked, anonymous=True).exists()

    @property
    def could_judge(self) -> bool:
        """Whether anything rests on enough rows to be judged; else no proposal means nothing."""
        if self.results.attainment.judged:
            return True
        return any(self._is_enough(storage.figure_of(finding)) for finding in self.findings)

    def _is_enough(self, figure: Figure) -> bool:
        """Whether a figure says something and rests on enough rows to be judged."""
        if not figure.says or figure.n is None:
            return False
        return figure.n >= self.results.rule.judged_from

    @property
    def grid(self) -> list[tuple[str, list[ResponseShare | None]]]:
        """Channel × segment.

        One row per channel with a cell per segment, None where nothing was sent.
        """
        cells = {(cell.channel, cell.segment): cell.response for cell in self.results.grid}
        rows = []
        for channel in self.results.channels:
            # Whoever follows a poster's link is in no segment that we know of.
            if channel.response is None:
                continue
            shares = []
            for segment in self.results.segments:
                shares.append(cells.get((channel.channel, segment.pk)))
            rows.append((localised(channel.name), shares))
        return rows

    @property
    def channels(self) -> list[ReportedChannel]:
        """Every planned channel, whether or not it was measured, with its share of all responses
        that are told.
        """
        total = sum(channel.responses_told or 0 for channel in self.results.channels)
        rows = []
        for channel in self.results.channels:
            obtained = _part_of(total, channel.responses_told)
            rows.append(ReportedChannel(localised(channel.name), channel, obtained))
        return rows

    @property
    def level(self) -> float:
        """The level of the intervals of everything that was found, by the
        version of the results.
        """
        return self.results.rule.estimate_level

    @property
    def interval_name(self) -> str:
        """What a column of these intervals is called: 95 % interval."""
        return _("%(level)s interval") % {"level": percent(self.level, 0)}

    @property
    def no_proposal_in_words(self) -> str:
        """Why a report proposes nothing: nothing calls for it, or nothing could be judged."""
        if self.could_judge:
            return _("The figures call for no change of the plan.")
        return _("Nothing could be judged: the figures are not shown, or rest on too few readers.")

    @property
    def why_no_effect(self) -> str:
        """In place of the chart of an effect: why there is none."""
        return sentences.why_no_effect(self.results)

    @property
    def attainment_in_words(self) -> str:
        """How many standards were met, by number and by weight, under their table."""
        return sentences.attainment_in_words(self.results)

    @property
    def effort(self) -> str:
        """What a channel's responses are divided by, in words."""
        return measure_name(self.results.basis.measure)


def _part_of(total: int, responses: int | None) -> float | None:
    """Share of the total, 0 to 1. None where the responses are not told, and where there are none
    at all to divide by.
    """
    if responses is None or not total:
        return None
    return responses / total


def checked(evaluation: Evaluation) -> list[Adjustment]:
    """Adjustments of earlier campaigns that this evaluation measured, with their decisions, in one
    query.
    """
    rows = Adjustment.objects.filter(observed_in=evaluation)
    return list(rows.select_related("evaluation__campaign", "decision"))


def record_of(campaign: Campaign) -> verify.Record:
    """What became of all proposals of one campaign."""
    return verify.tally(Adjustment.objects.filter(evaluation__campaign=campaign))


@dataclass(frozen=True)
class ExportRow:
    """One line of the exported report; what it does not say stays empty.

    ``level``: of the interval in ``figures``.
    """

    part: str
    subject: str = ""
    figures: list[float | Count | str | None] = field(default_factory=lambda: ["", "", "", ""])
    unit: str = ""
    state: str = ""
    level: float | str | None = ""

    @property
    def cells(self) -> list:
        """The line as a row of a file, its cells in the order of the heading."""
        return [self.part, self.subject, *self.figures, self.unit, self.state, self.level]


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
    ]
    return csv_text([heading, *(row.cells for row in _rows(evaluation))])


def _rows(evaluation: Evaluation) -> Iterator[ExportRow]:
    """The rows of the file: the campaign, its standards, what was found, what was proposed."""
    campaign = evaluation.campaign
    yield ExportRow(_("Campaign"), str(campaign), state=campaign.get_provenance_display())
    # The library's own day and hour: in Greenwich it is yesterday until the morning.
    as_of = localtime(evaluation.as_of).isoformat()
    yield ExportRow(_("As of"), as_of, state=evaluation.inputs_sha256)
    results = storage.results_as_told(evaluation.results)
    yield ExportRow(_("Readers addressed"), figures=["", "", "", results.addressed])
    if results.width:
        said = _("numbers of readers are multiples of %(width)s") % {"width": results.width}
        yield ExportRow(_("Rounding"), said)
    yield _seal_row(evaluation)
    yield from map(_standard_row, reported_standards(results))
    for finding in evaluation.findings.all():
        row = _finding_row(finding)
        # An empty figure says why it is empty: nobody may read a zero into it.
        if finding.kind == Finding.Kind.LIFT and not results.lift.says:
            row = replace(row, state=sentences.effect_in_words(results))
        yield row
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


def _standard_row(reported: ReportedStandard) -> ExportRow:
    """A standard with what was reached; its target stands as the unit, with its direction."""
    result = reported.result
    standard = result.standard
    return ExportRow(
        part=_("Standard"),
        subject=measure_name(standard.metric),
        figures=_cells(result.reached, reported.persons),
        unit=f"{standard.direction} {standard.target:g}",
        state=reported.verdict,
        level=result.reached.level,
    )


def _cells(figure: Figure, persons: Count) -> list[float | Count | None]:
    """A figure as four columns: value, low, high, readers; empty where it is silent."""
    return [figure.value, figure.low, figure.high, persons]


def _finding_row(finding: Finding) -> ExportRow:
    """One thing found with its figure, read from the row as it was stored."""
    figure = storage.figure_of(finding)
    return ExportRow(
        part=finding.get_kind_display(),
        subject=finding_name(finding),
        figures=_cells(figure, figure.persons),
        unit=finding_measure(finding),
        level=figure.level,
    )


def _adjustment_row(adjustment: Adjustment) -> ExportRow:
    """A proposal from what to what, with the figure that was promised for it."""
    promise = storage.promise_of(adjustment)
    before = plan_text(adjustment.before, adjustment)
    after = plan_text(adjustment.after, adjustment)
    return ExportRow(
        part=_("Adjustment"),
        subject=labelled(field_name(adjustment), f"{before} → {after}"),
        figures=[promise.value, promise.low, promise.high, adjustment.persons],
        unit=measure_name(adjustment.measure),
        state=adjustment.get_state_display(),
        level=promise.level,
    )
