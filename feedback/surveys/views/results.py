"""Live results of a survey: figures, charts, texts, export."""

from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from campaigns.plan.models import Channel
from core.access import needs
from core.charts import page_or_file
from core.columns import names_of
from core.disclosure import Count
from core.exporting import csv_file
from core.measures import NamedFigure
from crm.readers.looks import look_at_many
from crm.readers.models import LookPlace, Reader
from crm.segments.models import Segment
from crm.staff import audit
from crm.staff.words import AuditAction
from feedback.surveys import (
    export,
    figures,
    groups,
    keys,
    overview,
    queries,
    readings,
    release,
    results,
    words,
)
from feedback.surveys.charts import cards
from feedback.surveys.definitions import Definition
from feedback.surveys.figures import ShownQuestion
from feedback.surveys.lists import TextList
from feedback.surveys.losing import lost_in_words
from feedback.surveys.models import AnswerText, Survey
from feedback.surveys.overview import ChannelRow, ConstructRow, SegmentRow
from feedback.surveys.queries import Split
from feedback.surveys.results import SurveySummary
from feedback.surveys.views.crosstab import cross_form
from feedback.surveys.views.desk import load

#: Names of the constructs of the questionnaire we offer; others are shown by their key.
CONSTRUCTS = {
    "satisfaction": gettext_lazy("Satisfaction"),
    "trust": gettext_lazy("Trust"),
    "commitment": gettext_lazy("Commitment"),
    "loyalty": gettext_lazy("Loyalty and word of mouth"),
}


@needs("surveys.view")
def survey_results(request, pk):
    """Figures and one chart per question, of all answers or of one group of readers.

    ``?only=`` names the group: a channel, a segment or a kind of reader.
    """
    survey = load(request, pk)
    if not release.is_told_to(survey, request.user):
        return kept_from_a_campus(request, survey)
    context = results_of(survey, request.GET)
    pictures = [card.chart for card in context["cards"]]
    return page_or_file(request, "feedback/surveys/survey_results.html", context, pictures)


def results_of(survey: Survey, asked) -> dict:
    """What the page of the results shows of the answers ``asked`` for."""
    found = results.summary(survey)
    definition = results.whole_definition(survey)
    only = asked.get("only", "")
    split = Split.parse(only, anonymous=survey.anonymous)
    sizes = queries.sizes(survey, split)
    shown = narrowed(survey, definition, split, sizes, found.n)

    return {
        "survey": survey,
        "only": only,
        "splits": splits(survey, found),
        "allowed": groups.may_be_shown(split, sizes, found.n, least=survey.least_shown),
        "size": groups.size_of(split, sizes, found.n),
        "cards": cards(shown, timezone.localdate()),
        "cross_form": cross_form(definition, asked),
        **of_the_whole(found, shown),
        **of_what_waits(survey),
    }


def kept_from_a_campus(request, survey: Survey):
    """In place of results that count readers of other campuses."""
    context = {"survey": survey, "nothing": release.kept_from_a_campus()}
    return render(request, "feedback/surveys/survey_kept.html", context)


def of_the_whole(found: SurveySummary, shown: list[ShownQuestion]) -> dict:
    """What the page says above and below the questions, as long as it shows everybody's answers.

    ``shown`` are the questions as they stand on that page.
    """
    headline = overview.headline(found, shown)
    return {
        "found": headline,
        "told": readings.of_the_whole(headline),
        "sentences": words.above_the_results(headline, found.least),
        "enough": figures.is_enough(headline.n),
        "constructs": named_constructs(overview.construct_rows(found, shown)),
        "channels": named_channels(overview.channel_rows(found), found),
        "segments": named_segments(overview.segment_rows(found)),
    }


def of_what_waits(survey: Survey) -> dict:
    """What the page says in place of results, and of held answers that nothing can open."""
    return {
        "nothing": release.nothing_of(survey),
        "waits_for_key": survey.anonymous and keys.waits_for_key(survey),
        "has_foreign_key": survey.anonymous and keys.is_foreign(),
        "lost": lost_in_words(survey),
    }


def narrowed(
    survey: Survey, definition: Definition, split: Split, sizes: dict[object, int], n: int
) -> list[ShownQuestion]:
    """The questions for one group, in one statement; none where the group or what is left without
    it is too small.
    """
    if not groups.may_be_shown(split, sizes, n, least=survey.least_shown):
        return []
    counts = results.grouped_distributions(survey, definition, split)
    return groups.show_all(definition, counts, split.group, sizes, least=survey.least_shown)


def splits(survey: Survey, found: SurveySummary) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the answers can be narrowed to, one at a time, as (heading, [(value, label)]).

    An anonymous survey is narrowed by channel alone; a heading without a choice is left out.
    """
    offered = [(_("Channel"), channel_options(found))]
    if not survey.anonymous:
        offered.append((_("Segment"), segment_options(found)))
        offered.append((_("Kind of reader"), kind_options()))
    filled = []
    for heading, options in offered:
        if options:
            filled.append((heading, options))
    return filled


def channel_options(found: SurveySummary) -> list[tuple[str, str]]:
    """(value, label) of the channels that brought answers, as the address takes them."""
    options = []
    # Answers without a known channel (None) are no group that could be asked for.
    for channel in Channel.objects.filter(pk__in=found.channels):
        options.append((f"channel:{channel.pk}", str(channel)))
    return options


def segment_options(found: SurveySummary) -> list[tuple[str, str]]:
    """(value, label) of the segments whose members answered."""
    options = []
    for segment in Segment.objects.filter(pk__in=found.segments):
        options.append((f"segment:{segment.pk}", segment.name))
    return options


def kind_options() -> list[tuple[str, str]]:
    """(value, label) of all kinds: which of them answered is told by the page alone."""
    return [(f"kind:{value}", name) for value, name in Reader.Kind.choices]


def named_constructs(rows: list[ConstructRow]) -> list[tuple[str, ConstructRow]]:
    """(name, row) for the page, in the order given; a key that has no name is shown as it is."""
    return [(CONSTRUCTS.get(row.key, row.key), row) for row in rows]


def named_channels(
    rows: list[ChannelRow], found: SurveySummary
) -> list[tuple[str, list[NamedFigure]]]:
    """(name, its figures); answers may have come without a channel that is known or may be told."""
    names = names_of(Channel.objects.all())
    unknown = _("Directly, no channel known")
    if found.has_unknown_channels:
        unknown = _("Channel not told, or not known")
    return [(names.get(row.channel, unknown), readings.of_channel(row)) for row in rows]


def named_segments(rows: list[SegmentRow]) -> list[tuple[str, NamedFigure]]:
    """(name, its figure); a segment deleted since the answers came has its number for a name."""
    asked = [row.segment for row in rows]
    segments = Segment.objects.filter(pk__in=asked)
    names = dict(segments.values_list("pk", "name"))

    named = []
    for row in rows:
        name = names.get(row.segment, f"#{row.segment}")
        named.append((name, readings.of_segment(row)))
    return named


@needs("surveys.view")
def survey_texts(request, pk):
    """Open answers, without their writers; searchable.

    None are shown where too few answered. Staff of one campus get another page, unless the survey
    is anonymous.
    """
    survey = load(request, pk)
    if not release.is_told_to(survey, request.user):
        return kept_from_a_campus(request, survey)
    enough = release.may_be_read(survey)
    texts = AnswerText.objects.none()
    if enough:
        texts = AnswerText.objects.filter(response__in=survey.responses.counted())
    listing = TextList(request, texts.select_related("item"), survey=survey)
    return listing.render(
        "feedback/surveys/survey_texts.html",
        survey=survey,
        enough=enough,
        nothing=release.nothing_of(survey),
    )


@require_GET
@needs("surveys.export")
def survey_export_file(request, pk, suffix):
    """All answers as a file; written to the audit log, and told to whom it names, before the first
    byte leaves.
    """
    survey = load(request, pk)
    named = export.named_readers(survey, request.user)
    look_at_many(named, by=request.user, place=LookPlace.EXPORT)
    audit.record(
        action=AuditAction.SURVEY_EXPORT,
        by=request.user,
        on=survey,
        format=suffix,
        rows=rows_for_the_trail(survey, request.user),
    )
    return _file(survey, suffix, request.user)


def rows_for_the_trail(survey: Survey, user) -> int | None:
    """How many answers the page counts; None where it tells no number.

    Without the flagged ones that the file holds as well: with them, the difference between trail
    and page would tell how many are flagged, be it one to four.
    """
    if not release.is_told_to(survey, user):
        return None
    return Count.of(queries.count_responses(survey).n).public_number


def _file(survey: Survey, suffix: str, user) -> FileResponse | StreamingHttpResponse:
    """The answers as ``csv`` in pieces, or as ``xlsx``."""
    definition = results.whole_definition(survey)
    name = f"{survey.slug}-{timezone.localdate():%Y%m%d}.{suffix}"
    if suffix == "xlsx":
        file = export.as_xlsx(survey, definition, user)
        return FileResponse(file, as_attachment=True, filename=name)
    return csv_file(export.answer_rows(survey, definition, user), name)
