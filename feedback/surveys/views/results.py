"""Live results of a survey: figures, charts, cross-tab, texts, export."""

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
from feedback.surveys import export, results
from feedback.surveys.charts import cross, people_cell, show_all
from feedback.surveys.definitions import Kind
from feedback.surveys.forms import CrossForm
from feedback.surveys.lists import TextList
from feedback.surveys.models import AnswerText, Survey
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
    context = {
        "survey": survey,
        "found": found,
        "enough": found["n"] >= SMALLEST_CELL,
        "only": only,
        "splits": splits(survey, found),
        "constructs": [
            {"name": CONSTRUCTS.get(key, key), **row} for key, row in found["constructs"].items()
        ],
        "channels": channel_rows(found),
        "segments": segment_rows(found),
    }
    context |= narrowed(
        survey, found["n"], results.Split.read(only, anonymous=survey.anonymous), request.GET
    )
    return render(request, "feedback/surveys/survey_results.html", context)


def narrowed(survey: Survey, n: int, split: results.Split, data) -> dict:
    """The charts for one group, unless the group or what is left without it is too small to be
    shown.
    """
    definition = results.whole_definition(survey)
    sizes = results.sizes(survey, split)
    size = sizes.get(split.group, 0)
    allowed = may_split(size, n)
    if split.is_partition and allowed:
        allowed = (
            dict(zip(sizes, hide_row(list(sizes.values())), strict=True))[split.group] is not None
        )
    groups = results.grouped_distributions(survey, definition, split) if allowed else {}
    return {
        "allowed": allowed,
        "size": size,
        "shown": show_all(definition, groups, split.group, sizes, timezone.localdate())
        if allowed
        else [],
        "cross_form": cross_form(definition, data),
    }


def splits(survey: Survey, found: dict) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the answers can be narrowed to, one at a time, as (heading, [(value, label)])."""
    channels = Channel.objects.filter(pk__in=[pk for pk in found["channels"] if pk])
    offered = [(_("Channel"), [(f"channel:{c.pk}", str(c)) for c in channels])]
    if not survey.anonymous:
        segments = Segment.objects.filter(pk__in=found["segments"])
        offered.append((_("Segment"), [(f"segment:{s.pk}", s.name) for s in segments]))
        offered.append(
            (_("Kind of reader"), [(f"kind:{value}", name) for value, name in Reader.Kind.choices])
        )
    return [(heading, options) for heading, options in offered if options]


def channel_rows(found: dict) -> list[dict]:
    """Answers by channel, small ones hidden and not to be had from the total, and the share of
    those reached.
    """
    names = {channel.pk: str(channel) for channel in Channel.objects.all()}
    pks = sorted(
        {*found["channels"], *found["delivered"]}, key=lambda pk: -found["channels"].get(pk, 0)
    )
    counts = hide_row([found["channels"].get(pk, 0) for pk in pks])
    return [
        {
            "name": names.get(pk, _("Directly, no channel known")),
            "n": people_cell(count),
            "delivered": found["delivered"].get(pk),
            "rate": None if count is None else found["rate"].get(pk),
        }
        for pk, count in zip(pks, counts, strict=True)
    ]


def segment_rows(found: dict) -> list[dict]:
    """Answers by segment; segments overlap, so each is held against the rest of the answers."""
    names = dict(Segment.objects.filter(pk__in=found["segments"]).values_list("pk", "name"))
    largest_first = sorted(found["segments"].items(), key=lambda pair: -pair[1])
    return [
        {"name": names.get(pk, f"#{pk}"), "n": people_cell(n if may_split(n, found["n"]) else None)}
        for pk, n in largest_first
    ]


def cross_form(definition, data) -> CrossForm:
    questions = [q for q in definition.items if q.kind in CROSSABLE]
    return CrossForm(data if "first" in data else None, questions=questions)


@needs("surveys.view")
def survey_crosstab(request, pk):
    """Two questions against each other; a fragment for htmx, a page without it."""
    survey = load(request, pk)
    definition = results.whole_definition(survey)
    form = cross_form(definition, request.GET)
    table = None
    if form.is_valid():
        first, second = (
            definition.question(int(form.cleaned_data[name])) for name in ("first", "second")
        )
        table = cross(first, second, results.crosstab(survey, first.ordinal, second.ordinal))
        table = table if table.n >= SMALLEST_CELL else None
    context = {"survey": survey, "cross_form": form, "table": table}
    template = (
        "feedback/surveys/_survey_crosstab.html"
        if request.htmx
        else "feedback/surveys/survey_crosstab.html"
    )
    return render(request, template, context)


@needs("surveys.view")
def survey_texts(request, pk):
    """Open answers, without their writers; searchable."""
    survey = load(request, pk)
    enough = results.count_responses(survey)["n"] >= SMALLEST_CELL
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
