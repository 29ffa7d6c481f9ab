"""What a finding says, as the reading of its measure: the same as at the figure it was made of."""

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.loop import storage
from analytics.loop.figures.shapes import Results, SegmentResult
from analytics.loop.measures import Figure
from analytics.loop.models import Adjustment, Finding
from analytics.loop.named import campaign, of_effort, of_measure, parts
from analytics.loop.readings import Readings
from analytics.loop.stored_readings import readings_of
from analytics.loop.subjects import Subject, SubjectKind
from analytics.loop.words import finding_name
from campaigns.plan.models import Standard
from core.disclosure import Missing
from core.measures import NamedFigure, NamedMeasure
from core.numbers import percent

#: By the kind of the subject, where that alone says what the figure is of. That of an arm is stored
#: with the finding: it depends on the outcome that was named.
OF_KIND = {
    SubjectKind.LIFT: campaign.LIFT,
    SubjectKind.SEGMENT: parts.SEGMENT_RESPONSE,
    SubjectKind.HOUR: parts.HOUR_RESPONSE,
    SubjectKind.COST_PER_RESPONSE: campaign.COST_PER_RESPONSE,
}
#: Kinds of findings that rest on mails alone.
OF_MAILS = frozenset({Finding.Kind.SEGMENT, Finding.Kind.TIMING, Finding.Kind.LIFT})
OF_GAP = {
    SubjectKind.SEGMENT: parts.SEGMENT_GAP,
    SubjectKind.HOUR: parts.HOUR_GAP,
}


def named(subject: Subject, unit: str, results: Results) -> NamedMeasure:
    """What the figure of a finding is of. ``unit``: its stored measure."""
    if subject.kind == SubjectKind.CHANNEL:
        return of_effort(results.basis, is_planned=results.costs.total is None)
    if subject.kind == SubjectKind.GAP:
        return OF_GAP.get(subject.inner.kind) or of_measure(unit)
    return OF_KIND.get(subject.kind) or of_measure(unit)


def reading_of(finding: Finding, readings: Readings) -> NamedFigure:
    """The finding as ``readings``, those of its evaluation, tell the figure it was made of."""
    subject = storage.subject_of(finding)
    told = _at_its_figure(subject, readings)
    if told is not None:
        return told
    figure = storage.figure_of(finding)
    # What results no longer hold, such as a segment of an older version, is told by itself.
    return readings.of_figure(
        named(subject, finding.unit, readings.results),
        figure,
        figure.missing,
        about=finding.subject,
    )


def why(finding: Finding) -> str:
    """A finding as a sentence that can stand alone: its value with interval and n, or why nothing
    is said. Asks for its evaluation with its campaign.
    """
    told = reading_of(finding, readings_of(finding.evaluation))
    said = {
        "subject": finding_name(finding),
        "what": _what(finding, told),
        "value": told,
        "range": told.interval,
        "level": percent(told.level, 0),
        "n": told.n,
    }
    if told.missing is Missing.CANNOT_SAY:
        return _("%(subject)s: cannot say, too few rows (n=%(n)s)") % said
    if not told.says:
        return _("%(what)s %(value)s") % said
    if told.low is None:
        return _("%(what)s %(value)s (interval not shown; n=%(n)s)") % said
    return _("%(what)s %(value)s (%(level)s interval %(range)s; n=%(n)s)") % said


def _what(finding: Finding, told: NamedFigure) -> str:
    """What a figure is of. The effect of the campaign is about nothing but itself, so that its
    measure says all.
    """
    if finding.kind == Finding.Kind.LIFT:
        return told.label
    return _("%(subject)s: %(of)s") % {"subject": finding_name(finding), "of": told.label}


def evidence_of(adjustment: Adjustment, viewer) -> list[tuple[str, str]]:
    """(sentence, where its rows are listed) of what a proposal rests on; the address is empty where
    ``viewer`` may go to none. Two statements.
    """
    findings = adjustment.findings.select_related("evaluation__campaign")
    told = []
    for finding in findings.defer("evaluation__inputs"):
        readings = readings_of(finding.evaluation, viewer)
        address = reading_of(finding, readings).href
        # What mails alone are behind has a list that says the finding above it.
        if address and finding.kind in OF_MAILS:
            address = reverse("analytics:finding-rows", args=[finding.pk])
        told.append((why(finding), address))
    return told


def _at_its_figure(subject: Subject, readings: Readings) -> NamedFigure | None:
    """The reading of the figure a subject names; None where the results have none."""
    return AT_ITS_FIGURE[subject.kind](subject, readings)


def _lift(_subject: Subject, readings: Readings) -> NamedFigure:
    """The effect of the campaign."""
    return readings.effect


def _cost(_subject: Subject, readings: Readings) -> NamedFigure:
    """Yuan for each response."""
    return readings.cost_per_response


def _standard(subject: Subject, readings: Readings) -> NamedFigure:
    """What a standard is judged by."""
    return readings.of_metric(Standard.Metric(subject.key))


def _channel(subject: Subject, readings: Readings) -> NamedFigure | None:
    """Responses for each unit of a channel's effort."""
    channel = readings.results.channel(subject.key)
    return channel and readings.per_effort(channel)


def _of_segment(subject: Subject, readings: Readings) -> NamedFigure | None:
    """The share of the mails to a segment that brought a response."""
    segment = _segment(subject, readings.results)
    return segment and readings.of_segment(segment)


def _of_hour(subject: Subject, readings: Readings) -> NamedFigure | None:
    """The share of the mails of an hour that brought a response."""
    hour = _hour(subject, readings.results)
    return hour and readings.of_hour(hour)


def _gap(subject: Subject, readings: Readings) -> NamedFigure | None:
    """The difference of a segment or an hour to what it is compared with."""
    inner = subject.inner
    part = PART_OF_GAP[inner.kind](inner, readings.results)
    if part is None or part.difference is None:
        return None
    beside = _at_its_figure(inner, readings)
    return readings.of_figure(
        OF_GAP[inner.kind],
        part.difference,
        _why_no_gap(part.difference, beside),
        about=f"gap:{beside.about}",
        href=beside.href,
    )


def _why_no_gap(difference: Figure, beside: NamedFigure) -> Missing | None:
    """A difference is withheld where its share is; else its rows are too few."""
    if difference.says:
        return None
    return beside.missing or Missing.CANNOT_SAY


def _segment(subject: Subject, results: Results) -> SegmentResult | None:
    """The segment of the report, one that nobody chose among them."""
    for one in [*results.segments, *(row.result for row in results.unchosen_segments)]:
        if str(one.pk) == subject.key:
            return one
    return None


def _hour(subject: Subject, results: Results):
    """The hour of the report; None where nothing was sent in it."""
    for one in results.hours:
        if str(one.hour) == subject.key:
            return one
    return None


def _of_arm(_subject: Subject, _held: Readings | Results) -> None:
    """Nothing: arms stand in the conclusions, and a finding about one is told by itself."""
    return


def _of_a_survey(subject: Subject, readings: Readings) -> NamedFigure | None:
    """One mean of a survey; None where the results have none such."""
    wanted = (campaign.OF_METRIC[Standard.Metric(subject.measure)], f"survey:{subject.key}")
    told = {}
    for survey in readings.results.surveys:
        told |= {(one.measure, one.about): one for one in readings.of_survey(survey)}
    return told.get(wanted)


#: The part of the results whose difference a gap is.
PART_OF_GAP = {SubjectKind.SEGMENT: _segment, SubjectKind.HOUR: _hour, SubjectKind.ARM: _of_arm}
#: By the kind of the subject, how its reading is found.
AT_ITS_FIGURE = {
    SubjectKind.LIFT: _lift,
    SubjectKind.COST_PER_RESPONSE: _cost,
    SubjectKind.STANDARD: _standard,
    SubjectKind.CHANNEL: _channel,
    SubjectKind.SEGMENT: _of_segment,
    SubjectKind.HOUR: _of_hour,
    SubjectKind.ARM: _of_arm,
    SubjectKind.GAP: _gap,
    SubjectKind.SURVEY: _of_a_survey,
}
