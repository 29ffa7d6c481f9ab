"""The pages of the loop.

What they say, what they never say, and that their statements do not grow with the rows.
"""

import csv
import io
import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.timezone import localtime

from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Decision
from analytics.loop.rows import rows_of
from analytics.loop.words import value_text
from analytics.published.models import Seal
from campaigns.plan.models import Campaign, Standard
from crm.jobs.models import Job
from crm.staff.models import AuditEvent
from tests.analytics import building as make
from tests.analytics.pages import statements_for_one_and_three_rows, text
from tests.bare import bare
from tests.factories import AdjustmentFactory, CampusFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_b10_the_report_says_what_the_figures_say_and_how_they_are_made(desk, told):
    page = text(desk.get(told.get_absolute_url()))
    assert "reached readers who followed a link, answered or sent a work ÷ reached readers" in page
    assert "1,100 readers were reached" in page
    assert "It helped: +12.7 points more than among those held out" in page
    assert "¥3,000" in page
    for row in told.results["standards"]:
        assert f"{row['value']:,.0f}" in page or f"{row['value']:.1f}" in page


def test_a_report_without_holdout_claims_no_effect(desk):
    made = make.campaign()
    make.visit(make.deliver(make.content(made), 100))
    page = text(desk.get(evaluate(made, make.AFTER).get_absolute_url()))
    assert "cannot" in page or "nobody can tell cause from coincidence" in page
    assert "made a difference" not in page


def test_a_report_shows_no_count_of_one_to_four_persons(desk):
    made = make.campaign(segments=[make.segment("Few")])
    make.deliver(make.content(made), 97, responded=3, segments=made.segments.all())
    page = text(desk.get(evaluate(made, make.AFTER).get_absolute_url()))
    assert "not shown" in page
    assert "3.1 %" not in page


def test_figure_of_a_lift_is_no_response(desk, told):
    """In 0.1 it was called a difference in response: the outcome is what readers did."""
    page = TERM.sub(r"\1", desk.get(told.get_absolute_url()).content.decode())
    findings = page.split("All findings")[1]
    lift = findings.split("Lift against the holdout")[1].split("</tr>")[0]
    assert 'data-measure-label="evaluation.lift"' in lift
    assert "ifference in response" not in lift


#: A term with its explanation, of which the name is kept.
TERM = re.compile(
    r'<dfn class="term"><button[^>]*>(.*?)</button></dfn><span class="term-says"[^>]*>.*?</span>'
)


def standards_in(page: str, metric: str) -> tuple[str, str]:
    """What the report says was reached of a standard, and of how many."""
    head = re.compile(rf'<th scope="row">\s*<span[^>]*>\s*{re.escape(metric)}\s*<')
    row = head.split(TERM.sub(r"\1", bare(page)), maxsplit=1)[1].split("</tr>", 1)[0]
    cells = re.findall(r'<td class="n">(.*?)</td>', row, re.DOTALL)
    _target, reached, _interval, n = (re.sub(r"<[^>]*>", "", cell).strip() for cell in cells[:4])
    return reached, n


@pytest.mark.parametrize(
    ("sent", "responded", "said"),
    [
        (97, 3, ("not shown", "not shown")),
        (4, 0, ("not shown", "not shown")),
        (12, 0, ("0.0 %", "12")),
        (0, 0, ("not measured", "not measured")),
    ],
)
def test_standard_without_a_figure_says_why(desk, sent, responded, said):
    made = make.campaign(standards=[("response_rate", "ge", 10)])
    make.deliver(make.content(made), sent, responded=responded)
    evaluation = evaluate(made, make.AFTER)
    page = desk.get(evaluation.get_absolute_url()).content.decode()
    assert standards_in(page, "Response rate, %") == said


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("Readers reached", "not shown"),
        ("Lift against the holdout, percentage points", "not measured"),
        ("Survey answers", "not measured"),
        ("Satisfaction, mean of 1 to 5", "not measured"),
        ("Net promoter score", "not measured"),
        ("Contributors", "cannot say"),
        ("Cost per response, CNY", "not measured"),
    ],
)
def test_standard_that_nobody_counted_is_not_called_hidden(desk, metric, said):
    made = make.campaign(standards=[(code, "ge", 1) for code in Standard.Metric.values])
    make.deliver(make.content(made), 3)
    page = desk.get(evaluate(made, make.AFTER).get_absolute_url()).content.decode()
    assert standards_in(page, metric)[0] == said


NO_CHANGE = "The figures call for no change of the plan."


def test_report_that_could_judge_nothing_does_not_call_the_plan_right(desk):
    made = make.campaign(standards=[("response_rate", "ge", 10)])
    make.deliver(make.content(made), 12, responded=6)
    page = text(desk.get(evaluate(made, make.AFTER).get_absolute_url()))
    assert NO_CHANGE not in page
    assert "Nothing could be judged" in page
    assert "No standard could be judged" in page


def test_report_that_could_judge_says_that_the_plan_may_stay(desk):
    made = make.campaign(standards=[("response_rate", "ge", 10)])
    make.deliver(make.content(made), 100, responded=12)
    page = text(desk.get(evaluate(made, make.AFTER).get_absolute_url()))
    assert NO_CHANGE in page
    assert "Nothing could be judged" not in page


def test_amended_standards_show_both_targets_and_the_reason(desk):
    from_campaign = make.campaign(standards=[("reach", "ge", 50)])
    make.deliver(make.content(from_campaign), 60)
    standard = from_campaign.standards.get()
    standard.amendments.create(
        before=50, after=55, reason="Second campus joined", by=from_campaign.owner
    )
    page = text(desk.get(evaluate(from_campaign, make.AFTER).get_absolute_url()))
    assert "was 50, amended" in page
    assert "Second campus joined" in page


def test_export_is_inert_csv_and_leaves_a_trace(desk, told):
    Campaign.objects.filter(pk=told.campaign_id).update(title="=HYPERLINK(0)")
    address = reverse("analytics:evaluation-export", args=[told.pk])
    assert desk.head(address).status_code == 405
    assert not AuditEvent.objects.filter(action="evaluation.export").exists()

    response = desk.get(address)
    rows = list(csv.reader(io.StringIO(response.content.decode().lstrip("\ufeff"))))
    assert rows[1][1] == "'=HYPERLINK(0)"
    assert {row[1] for row in rows} >= {"Readers reached", "Strong"}
    seal = Seal.objects.of("evaluations", told.pk)
    assert ["Seal", seal.sha256, "", "", "", "", "", "number 1", "", ""] in rows
    (addressed,) = [row for row in rows if row[0] == "Readers addressed"]
    assert addressed[5] == str(told.campaign.contents.get().deliveries.count())
    (as_of,) = [row for row in rows if row[0] == "As of"]
    # In 0.1 this was the hour of Greenwich, where it is yesterday until the morning.
    assert as_of[1] == localtime(told.as_of).isoformat()
    assert as_of[1].endswith("+08:00")
    assert AuditEvent.objects.filter(action="evaluation.export").count() == 1


def test_librarians_read_reports_but_do_not_export_them(client, told):
    client.force_login(UserFactory(role="librarian"))
    assert client.get(told.get_absolute_url()).status_code == 200
    assert client.get(reverse("analytics:evaluation-export", args=[told.pk])).status_code == 403


def test_staff_of_one_campus_are_told_no_finding_nor_what_it_rests_on(client, told):
    """Fault 55. An evaluation counts readers of all campuses."""
    client.force_login(UserFactory(role="manager", campus=CampusFactory()))
    finding = told.findings.get(subject="channel:email")
    for name, pk in (
        ("evaluation-detail", told.pk),
        ("evaluation-export", told.pk),
        ("finding-rows", finding.pk),
        ("adjustment-detail", told.adjustments.first().pk),
    ):
        assert client.get(reverse(f"analytics:{name}", args=[pk])).status_code == 404
    assert client.get(reverse("api:campaign-results", args=[told.campaign_id])).status_code == 404
    for name in ("evaluation-list", "decision-list"):
        page = client.get(reverse(f"analytics:{name}"), headers={"accept-language": "en"})
        assert not page.context["page"]
        assert "shown to staff of the whole library" in " ".join(text(page).split())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_rows_of_a_finding_take_the_same_queries_for_one_and_three(
    desk, manager, told, django_assert_num_queries, rows
):
    finding = told.findings.get(subject="channel:email")
    told.campaign.contents.get().deliveries.exclude(
        pk__in=rows_of(finding, manager)[:rows].values("pk")
    ).update(state="failed")
    with django_assert_num_queries(10):  # session, user, finding, count, page; and the look
        page = desk.get(reverse("analytics:finding-rows", args=[finding.pk])).context["page"]
        assert len(page) == rows


def test_the_list_of_evaluations_says_the_figures_of_each(desk, told):
    listing = desk.get(reverse("analytics:evaluation-list")).context["listing"]
    (row,) = listing.rows
    said = {head.name: cell for head, cell in row.cells}
    attained = told.results["attainment"]

    assert f'<a href="{told.get_absolute_url()}">{told.campaign}</a>' in said["campaign"]
    assert strip_tags(said["reach"]) == "1,100"
    assert strip_tags(said["response"]) == value_text(told.results["response"]["value"], "share")
    assert strip_tags(said["lift"]) == value_text(told.results["lift"]["value"], "points")
    assert strip_tags(said["cost"]).startswith("¥")
    assert strip_tags(said["met"]) == f"{attained['met']}/{attained['judged']}"
    waiting = told.adjustments.count()
    assert strip_tags(said["proposals"]) == strip_tags(said["waiting"]) == str(waiting)


def test_accepting_on_the_page_records_the_decision(desk, told):
    adjustment = told.adjustments.waiting().first()
    desk.post(reverse("analytics:adjustment-decide", args=[adjustment.pk]), {"verdict": "accept"})
    assert Decision.objects.get().adjustment == adjustment


def test_reason_of_a_decision_stands_in_a_sentence_of_its_language(desk, told, manager):
    adjustment = told.adjustments.first()
    decide(adjustment=adjustment, verdict="refuse", reason="预算不够", by=manager)
    desk.cookies["django_language"] = "zh-hans"
    page = text(desk.get(reverse("analytics:decision-list"), {"state": "refused"}))
    assert "：“预算不够”" in page


def test_refusing_without_reason_keeps_the_page_and_says_so(desk, told):
    adjustment = told.adjustments.waiting().first()
    response = desk.post(
        reverse("analytics:adjustment-decide", args=[adjustment.pk]), {"verdict": "refuse"}
    )
    assert response.status_code == 400
    assert "Please say why" in text(response)
    assert Decision.objects.count() == 0


def test_a_decision_taken_meanwhile_is_told_and_not_overwritten(desk, told):
    adjustment = told.adjustments.waiting().first()
    decide(
        adjustment=adjustment,
        verdict="accept",
        by=UserFactory(role="manager", display_name="Ms Chen"),
    )
    url = reverse("analytics:adjustment-decide", args=[adjustment.pk])
    response = desk.post(url, {"verdict": "refuse", "reason": "No"})
    assert response.status_code == 400
    assert "Ms Chen has already decided this" in text(response)


def test_owner_or_state_in_a_decision_post_is_ignored(desk, told, manager):
    adjustment = told.adjustments.waiting().first()
    other = UserFactory(role="manager")
    data = {"verdict": "accept", "by": other.pk, "state": "refused", "adjustment": 999}
    desk.post(reverse("analytics:adjustment-decide", args=[adjustment.pk]), data)
    assert Decision.objects.get().by == manager


def test_the_room_shows_what_the_last_round_said_and_where_each_field_came_from(
    desk, told, manager
):
    timing = AdjustmentFactory(evaluation=told)
    decide(
        adjustment=timing, verdict="change", value=19, reason="The desk closes at 20:00", by=manager
    )
    draft = draft_next(campaign=told.campaign, by=manager)

    page = text(desk.get(reverse("analytics:campaign-previous", args=[draft.pk])))

    assert f"“{told.campaign}” brought {told.adjustments.count()} proposals" in page
    assert "10:00 → <b>19:00</b>" in page
    assert "The desk closes at 20:00" in page


def test_the_first_round_says_that_nothing_came_before_it(desk):
    page = text(desk.get(reverse("analytics:campaign-previous", args=[make.campaign().pk])))
    assert "no campaign came before it" in page


def test_drafting_from_the_page_leads_to_the_draft(desk, told):
    response = desk.post(reverse("analytics:campaign-draft", args=[told.campaign_id]))
    assert response["Location"] == Campaign.objects.get(previous=told.campaign).get_absolute_url()


def test_evaluating_from_the_page_starts_one_job(desk):
    made = make.campaign()
    for _click in range(2):
        desk.post(reverse("analytics:campaign-evaluate", args=[made.pk]))
    assert Job.objects.filter(kind="analytics.tasks.evaluate_campaign").count() == 1


@pytest.mark.parametrize("name", ["evaluation-list", "decision-list"])
def test_a_list_takes_as_many_statements_for_three_rows_as_for_one(desk, name):
    for_one, for_three = statements_for_one_and_three_rows(desk, name)
    assert for_one == for_three


def test_script_in_a_campaigns_title_stays_text(desk, told):
    Campaign.objects.filter(pk=told.campaign_id).update(title="<script>alert(1)</script>")
    for url in (
        told.get_absolute_url(),
        reverse("analytics:decision-list"),
    ):
        assert "<script>alert(1)" not in text(desk.get(url))
