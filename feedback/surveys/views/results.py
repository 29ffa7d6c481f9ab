"""Live results of a survey: figures, charts, cross-tab, texts, export."""

from dataclasses import dataclass

from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.plan.models import Channel
from core.access import needs
from core.disclosure import SMALLEST_CELL, hide_row, may_split
from crm.readers.models import Reader
from crm.segments.models import Segment
from crm.staff import audit
from feedback.surveys import export, queries, results
from feedback.surveys.charts import cross, people_cell, show_all
from feedback.surveys.definitions import Definition, Kind
from feedback.surveys.forms import CrossForm
from feedback.surveys.lists import TextList
from feedback.surveys.models import AnswerText, Survey
from feedback.surveys.queries import Split
from feedback.surveys.results import SurveySummary
from feedback.surveys.views.desk import load

CROSSABLE = (Kind.SINGLE, Kind.SCALE, Kind.NPS)
#: Names of the constructs of the questionnaire we offer; others are shown by their key.
CONSTRUCTS = {
    "satisfaction": gettext_lazy("Satisfaction"),
    "trust": gettext_lazy("Trust"),
    "commitment": gettext_lazy("Commitment"),
    "loyalty": gettext_lazy("Loyalty and word of mouth"),
}


@needs("surveys.view")
def survey_results(request, pk):
    """Figures and one chart per question, for all answers or for one channel, segment or kind of
    reader.
    """
    survey = load(request, pk)
    found = results.summary(survey)
    only = request.GET.get("only", "")
    split = Split.parse(only, anonymous=survey.anonymous)
    context = {
        "survey": survey,
        "found": found,
        "enough": found.n >= SMALLEST_CELL,
        "only": only,
        "splits": splits(survey, found),
        "constructs": construct_rows(found),
        "channels": channel_rows(found),
        "segments": segment_rows(found),
        **narrowed(survey, found.n, split, request.GET),
    }
    return render(request, "feedback/surveys/survey_results.html", context)


def narrowed(survey: Survey, n: int, split: Split, data) -> dict:
    """The charts for one group, unless the group or what is left without it is too small to be
    shown.
    """
    definition = results.whole_definition(survey)
    sizes = queries.sizes(survey, split)
    allowed = may_be_shown(split, sizes, n)
    shown = []
    if allowed:
        groups = results.grouped_distributions(survey, definition, split)
        shown = show_all(definition, groups, split.group, sizes, timezone.localdate())
    return {
        "allowed": allowed,
        "size": sizes.get(split.group, 0),
        "shown": shown,
        "cross_form": cross_form(definition, data),
    }


def may_be_shown(split: Split, sizes: dict[object, int], n: int) -> bool:
    """False where the group, the rest, or another group could be computed to be one to four."""
    if not may_split(sizes.get(split.group, 0), n):
        return False
    if not split.is_partition:
        return True
    visible = dict(zip(sizes, hide_row(list(sizes.values())), strict=True))
    return visible[split.group] is not None


def splits(survey: Survey, found: SurveySummary) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the answers can be narrowed to, one at a time, as (heading, [(value, label)])."""
    offered = {_("Channel"): channel_options(found)}
    if not survey.anonymous:
        offered[_("Segment")] = segment_options(found)
        offered[_("Kind of reader")] = kind_options()
    return [(heading, options) for heading, options in offered.items() if options]


def channel_options(found: SurveySummary) -> list[tuple[str, str]]:
    known = [pk for pk in found.channels if pk]
    channels = Channel.objects.filter(pk__in=known)
    return [(f"channel:{channel.pk}", str(channel)) for channel in channels]


def segment_options(found: SurveySummary) -> list[tuple[str, str]]:
    segments = Segment.objects.filter(pk__in=found.segments)
    return [(f"segment:{segment.pk}", segment.name) for segment in segments]


def kind_options() -> list[tuple[str, str]]:
    return [(f"kind:{value}", name) for value, name in Reader.Kind.choices]


@dataclass(frozen=True)
class ConstructRow:
    """One line of the table of constructs; bounds and α are None where nothing can be said."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    alpha: float | None


def construct_rows(found: SurveySummary) -> list[ConstructRow]:
    rows = []
    for key, construct in found.constructs.items():
        row = ConstructRow(
            name=CONSTRUCTS.get(key, key),
            value=construct.value,
            low=construct.low,
            high=construct.high,
            n=construct.n,
            alpha=construct.alpha,
        )
        rows.append(row)
    return rows


@dataclass(frozen=True)
class ChannelRow:
    """Answers by one channel; ``delivered`` readers reached by it, None where it sends nothing."""

    name: str
    n: str
    delivered: int | None
    rate: float | None


def channel_rows(found: SurveySummary) -> list[ChannelRow]:
    """Answers by channel, small ones hidden and not to be had from the total, and the share of
    those reached.
    """
    names = {channel.pk: str(channel) for channel in Channel.objects.all()}
    pks = {*found.channels, *found.delivered}
    largest_first = sorted(pks, key=lambda pk: -found.channels.get(pk, 0))
    counts = hide_row([found.channels.get(pk, 0) for pk in largest_first])
    rows = []
    for pk, count in zip(largest_first, counts, strict=True):
        row = ChannelRow(
            name=names.get(pk, _("Directly, no channel known")),
            n=people_cell(count),
            delivered=found.delivered.get(pk),
            # The share and those reached would give a hidden count away.
            rate=None if count is None else found.rate.get(pk),
        )
        rows.append(row)
    return rows


@dataclass(frozen=True)
class SegmentRow:
    name: str
    n: str


def segment_rows(found: SurveySummary) -> list[SegmentRow]:
    """Answers by segment; segments overlap, so each is held against the rest of the answers."""
    names = dict(Segment.objects.filter(pk__in=found.segments).values_list("pk", "name"))
    rows = []
    for pk, n in sorted(found.segments.items(), key=lambda pair: -pair[1]):
        cell = people_cell(None)
        if may_split(n, found.n):
            cell = people_cell(n)
        rows.append(SegmentRow(names.get(pk, f"#{pk}"), cell))
    return rows


def cross_form(definition: Definition, data) -> CrossForm:
    questions = [item for item in definition.items if item.kind in CROSSABLE]
    if "first" not in data:
        # Not asked yet: a bound form would complain of what is missing.
        data = None
    return CrossForm(data, questions=questions)


@needs("surveys.view")
def survey_crosstab(request, pk):
    """Two questions against each other; a fragment for htmx, a page without it."""
    survey = load(request, pk)
    definition = results.whole_definition(survey)
    form = cross_form(definition, request.GET)
    table = None
    if form.is_valid():
        first = definition.question(int(form.cleaned_data["first"]))
        second = definition.question(int(form.cleaned_data["second"]))
        table = cross(first, second, queries.crosstab(survey, first.ordinal, second.ordinal))
        if table.n < SMALLEST_CELL:
            table = None
    context = {"survey": survey, "cross_form": form, "table": table}
    if request.htmx:
        return render(request, "feedback/surveys/_survey_crosstab.html", context)
    return render(request, "feedback/surveys/survey_crosstab.html", context)


@needs("surveys.view")
def survey_texts(request, pk):
    """Open answers, without their writers; searchable."""
    survey = load(request, pk)
    enough = queries.count_responses(survey).n >= SMALLEST_CELL
    texts = AnswerText.objects.none()
    if enough:
        texts = AnswerText.objects.filter(response__survey=survey, response__flagged="")
    listing = TextList(request, texts.select_related("item"), survey=survey)
    return listing.render("feedback/surveys/survey_texts.html", survey=survey, enough=enough)


@needs("surveys.export")
def survey_export_file(request, pk, suffix):
    """All answers as a file; written to the audit log before the first byte leaves."""
    survey = load(request, pk)
    definition = results.whole_definition(survey)
    rows = survey.responses.count()
    audit.record(action="survey.export", by=request.user, on=survey, format=suffix, rows=rows)
    name = f"{survey.slug}-{timezone.localdate():%Y%m%d}.{suffix}"
    if suffix == "xlsx":
        file = export.as_xlsx(survey, definition, request.user)
        return FileResponse(file, as_attachment=True, filename=name)
    lines = export.as_csv(survey, definition, request.user)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
