"""What the evaluation report says in its tables.

Its sentences are made in sentences.py, its file in report_file.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.loop import sentences, storage, verify
from analytics.loop.figures.shapes import ChannelResult, StandardResult
from analytics.loop.found import reading_of
from analytics.loop.inputs.shapes import SurveyFigures
from analytics.loop.measures import Figure
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.readings import Readings
from analytics.loop.words import finding_name
from campaigns.plan.models import Campaign
from core.localised import localised
from core.measures import NamedFigure
from core.numbers import percent
from feedback.surveys.models import Survey


@dataclass(frozen=True)
class ReportedChannel:
    """Planned against obtained, each figure by its name."""

    title: str
    share: NamedFigure
    obtained: NamedFigure
    sent: NamedFigure
    responses: NamedFigure
    response: NamedFigure
    cost: NamedFigure
    per_effort: NamedFigure

    @classmethod
    def of(cls, result: ChannelResult, readings: Readings) -> "ReportedChannel":
        """A channel of the plan, whether or not it was measured."""
        return cls(
            title=localised(result.name),
            share=readings.share(result),
            obtained=readings.obtained(result),
            sent=readings.sent(result),
            responses=readings.responses(result),
            response=readings.response_of(result),
            cost=readings.cost(result),
            per_effort=readings.per_effort(result),
        )


#: Whether a standard was met, in words and by the colour of its chip; None: it was not judged.
VERDICTS = {
    True: (gettext_noop("met"), "green"),
    False: (gettext_noop("missed"), "red"),
    None: (gettext_noop("cannot say"), ""),
}
#: The same before the campaign's period has ended: nothing is judged yet.
SO_FAR = {
    True: (gettext_noop("provisional: met so far"), "amber"),
    False: (gettext_noop("provisional: not met yet"), "amber"),
    None: VERDICTS[None],
}


@dataclass(frozen=True)
class ReportedStandard:
    """A locked standard with the reading it is judged by."""

    result: StandardResult
    reached: NamedFigure

    @property
    def _said(self) -> tuple[str, str]:
        """The verdict and its colour, provisional as long as the reading is."""
        verdicts = VERDICTS
        if self.reached.is_provisional:
            verdicts = SO_FAR
        return verdicts[self.result.met]

    @property
    def verdict(self) -> str:
        """Whether it was met, in words."""
        word, _colour = self._said
        return _(word)

    @property
    def colour(self) -> str:
        """Of the chip with the verdict; empty where nothing was judged."""
        _word, colour = self._said
        return colour

    @property
    def reasons(self) -> list[str]:
        """Why its target was amended, and by whom, once for each time."""
        return [
            _("%(reason)s (%(by)s)") % {"reason": amended.reason, "by": amended.by}
            for amended in self.result.standard.amendments
        ]


def reported_standards(readings: Readings) -> list[ReportedStandard]:
    """Every locked standard, in the order of the plan, with what was reached, or why that is not
    said.
    """
    reported = []
    for result in readings.results.standards:
        reported.append(ReportedStandard(result, readings.of_metric(result.standard.metric)))
    return reported


class Report:
    """Readable parts of an evaluation's results for its template."""

    def __init__(self, readings: Readings, findings: Sequence[Finding]):
        self.readings = readings
        self.results = readings.results
        self.findings = findings

    @property
    def standards(self) -> list[ReportedStandard]:
        """The standards with their judgements, in the order of the plan."""
        return reported_standards(self.readings)

    @property
    def found(self) -> list[tuple[str, NamedFigure]]:
        """(what it is about, its figure) of everything that was found."""
        return [(finding_name(one), reading_of(one, self.readings)) for one in self.findings]

    @property
    def surveys(self) -> list[tuple[SurveyFigures, list[NamedFigure]]]:
        """Each survey of the campaign with its answers and its means."""
        return [(one, self.readings.of_survey(one)) for one in self.results.surveys]

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
    def grid(self) -> list[tuple[str, list[NamedFigure | None]]]:
        """Channel × segment.

        One row per channel with a cell per segment, None where nothing was sent.
        """
        cells = {}
        for cell in self.results.grid:
            told = self.readings.of_cell(cell.channel, cell.segment, cell.response)
            cells[cell.channel, cell.segment] = told
        rows = []
        for channel in self.results.channels:
            # Whoever follows a poster's link is in no segment that we know of.
            if channel.response is None:
                continue
            told = [cells.get((channel.channel, one.pk)) for one in self.results.segments]
            rows.append((localised(channel.name), told))
        return rows

    @property
    def channels(self) -> list[ReportedChannel]:
        """Every planned channel, whether or not it was measured."""
        return [ReportedChannel.of(one, self.readings) for one in self.results.channels]

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


def checked(evaluation: Evaluation) -> list[Adjustment]:
    """Adjustments of earlier campaigns that this evaluation measured, with their decisions, in one
    query.
    """
    rows = Adjustment.objects.filter(observed_in=evaluation)
    return list(rows.select_related("evaluation__campaign", "decision"))


def record_of(campaign: Campaign) -> verify.Record:
    """What became of all proposals of one campaign."""
    return verify.tally(Adjustment.objects.filter(evaluation__campaign=campaign))
