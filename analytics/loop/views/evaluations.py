"""Evaluation reports.

The list, the report, its export, the rows behind a finding, and asking for a new one.
"""

from io import BytesIO
from operator import attrgetter

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analytics.loop import charts, found, report, report_file, sentences, storage, verify
from analytics.loop.actions import request_evaluation
from analytics.loop.inputs.recorded import segments_judged
from analytics.loop.lists import CountedMailsList, EvaluationList
from analytics.loop.meeting.page import Meeting
from analytics.loop.meeting.paper import on_paper
from analytics.loop.models import Evaluation, Finding
from analytics.loop.publications import EVALUATIONS
from analytics.loop.rows import counted_in_words, counted_mails, mails_of, rows_of
from analytics.loop.seconds import with_decisions
from analytics.loop.stored_readings import readings_of
from analytics.published.beside import last_look
from analytics.published.models import Seal
from campaigns.plan.models import Campaign
from core import pdf
from core.access import needs
from core.charts import page_or_file
from core.forms import refusal_told
from core.refusals import Refused
from crm.readers.looks import look_at_many
from crm.readers.models import LookPlace
from crm.segments.recorded import unrecorded_of
from crm.staff import audit
from crm.staff.words import AuditAction


def _evaluations(user):
    """The evaluations that ``user`` may see, with their campaigns."""
    # Frozen inputs are large, and no page shows them.
    return Evaluation.objects.visible_to(user).select_related("campaign").defer("inputs")


@needs("insight.view")
def evaluation_list(request):
    """The newest evaluation of each campaign, without the inputs, as far as this person may see
    them.
    """
    evaluations = _evaluations(request.user)
    newest = evaluations.order_by("campaign_id", "-number").distinct("campaign_id")
    found = evaluations.filter(pk__in=newest.values("pk"))
    listing = EvaluationList(request, found.prefetch_related("adjustments__decision"))
    return listing.render("analytics/loop/evaluation_list.html")


@needs("insight.view")
def evaluation_detail(request, pk):
    """The report: figures, findings, proposals, and what became of earlier promises."""
    evaluation = _evaluations(request.user).get_or_404(pk)
    context = _report_of(evaluation, request.user)
    readings = context["readings"]
    pictures = _charts(context["report"].findings, readings, evaluation.as_of)
    template, meeting = _page_of(context)
    return page_or_file(request, template, context | meeting | pictures, pictures.values())


def _report_of(evaluation, user):
    """What a report's page says, as far as this person may see it."""
    readings = readings_of(evaluation, user)
    return {
        "evaluation": evaluation,
        "campaign": evaluation.campaign,
        "results": readings.results,
        "readings": readings,
        "report": report.Report(readings, list(evaluation.findings.all())),
        "has_pdf": pdf.is_installed(),
        "checked": report.checked(evaluation),
        **_proposals_of(evaluation, readings),
        **_proof_of(evaluation),
    }


def _page_of(context):
    """The template of a report and what it needs beside all else: one that concludes something has
    a page for a meeting, an earlier one its page of tables.
    """
    if context["results"].judgement is None:
        return "analytics/loop/evaluation_detail.html", {}
    evaluation = context["evaluation"]
    meeting = Meeting(
        evaluation,
        context["readings"].results,
        storage.inputs_from_json(evaluation.inputs),
        findings=context["report"].findings,
        adjustments=context["adjustments"],
        checked=context["checked"],
        why_no_proposal=context["report"].no_proposal_in_words,
        is_provisional=context["readings"].is_provisional,
    )
    return "analytics/loop/meeting/report.html", {"meeting": meeting}


def _proposals_of(evaluation, readings):
    """What a report proposes, the sentences above it, which say how many proposals wait, and the
    segments about which it proposes nothing.
    """
    found = with_decisions(evaluation.adjustments.select_related("applied_in", "observed_in"))
    adjustments = list(found.prefetch_related("findings"))
    waiting = verify.tally(adjustments).waiting
    return {
        "adjustments": adjustments,
        "is_stopped": any(one.is_agreed_stop for one in adjustments),
        "summary": sentences.summary(readings, waiting),
        "unproposed": _unproposed(readings.results),
    }


def _unproposed(results):
    """Segments about which nothing is proposed, since days that their rule asks for were not
    recorded when the campaign began; each with what it lacks.
    """
    judged = [*results.segments, *(row.result for row in results.unchosen_segments)]
    segments = segments_judged(row.pk for row in judged)
    return unrecorded_of(segments, results.period.start)


def _proof_of(evaluation):
    """What the page says of the report's own seal, None where there is none, of the last look
    through all, and of the one list whose loans are the outcome, if any.
    """
    seal = Seal.objects.of(EVALUATIONS, evaluation.pk)
    listed = storage.inputs_from_json(evaluation.inputs).outcome_list
    return {"seal": seal, "verification": last_look(seal), "outcome_list": listed}


def _charts(findings, readings, as_of):
    """The charts of a report by the names its template knows them by."""
    return {
        "lift_chart": charts.lift(readings, as_of),
        "channel_chart": charts.channels(readings, as_of),
        "segment_chart": charts.responses(findings, readings, as_of),
    }


@require_GET
@needs("insight.export")
def evaluation_pdf(request, pk):
    """The report for a meeting as a PDF file, which leaves a trace; back to its page, with the
    reason, where none can be made.
    """
    evaluation = _evaluations(request.user).get_or_404(pk)
    context = _report_of(evaluation, request.user)
    meeting = _page_of(context)[1]
    with refusal_told(request):
        if not meeting:
            raise Refused(_("Reports of earlier versions have no PDF: print their page instead."))
        page = render_to_string("analytics/loop/meeting/pdf.html", context | meeting, request)
        made = pdf.pdf_of(on_paper(page))
        audit.record(
            action=AuditAction.EVALUATION_EXPORT, by=request.user, on=evaluation, format="pdf"
        )
        name = f"evaluation-{evaluation.campaign_id}-{evaluation.number}.pdf"
        return FileResponse(BytesIO(made), as_attachment=True, filename=name)
    return redirect(evaluation)


@require_GET
@needs("insight.export")
def evaluation_export(request, pk):
    """The report as a CSV file, which leaves a trace. 404 for one that this person may not see."""
    evaluation = _evaluations(request.user).get_or_404(pk)
    # Before the file is made: a download that breaks off has left the house all the same.
    audit.record(action=AuditAction.EVALUATION_EXPORT, by=request.user, on=evaluation)
    name = slugify(f"{evaluation.campaign_id}-{evaluation.number}")
    response = HttpResponse(report_file.as_csv(evaluation), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="evaluation-{name}.csv"'
    return response


@needs("readers.view")
def finding_rows(request, pk):
    """The deliveries a finding rests on, as far as this person may see the readers.

    Whom the page shows is written down; refused with 403 once it is as many as one account is shown
    a day.
    """
    findings = Finding.objects.visible_to(request.user)
    finding = findings.select_related("evaluation__campaign").get_or_404(pk)
    listing = _looked_at(request, rows_of(finding, request.user))
    context = {"finding": finding, "why": found.why(finding)}
    return listing.render("analytics/loop/finding_rows.html", **context)


@needs("readers.view")
def evaluation_rows(request, pk):
    """The deliveries a figure of the report counts, narrowed as its link says: to a channel, a
    segment, an hour, or to each reader once. Written down and refused as ``finding_rows`` is.
    """
    evaluation = _evaluations(request.user).get_or_404(pk)
    wanted = counted_mails(request.GET)
    listing = _looked_at(request, mails_of(evaluation, wanted, request.user))
    context = {"evaluation": evaluation, "said": counted_in_words(wanted)}
    return listing.render("analytics/loop/evaluation_rows.html", **context)


def _looked_at(request, rows) -> CountedMailsList:
    """A list of deliveries whose shown readers are noted as looked at."""
    listing = CountedMailsList(request, rows)
    shown = set(map(attrgetter("reader_id"), listing.page))
    look_at_many(shown, by=request.user, place=LookPlace.LIST)
    return listing


@needs("campaigns.edit")
@require_POST
def campaign_evaluate(request, pk):
    """Evaluate now, or lead to the job that is at it already."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    job = request_evaluation(campaign=campaign, by=request.user)
    messages.info(request, _("The evaluation is being computed; its report opens from the job."))
    return redirect(job)
