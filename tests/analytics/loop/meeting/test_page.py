"""The report as a page: what stands on it, for whom, and what is decided in its place."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import translation

from analytics.loop import storage
from analytics.loop.evaluate import evaluate
from analytics.loop.found import why
from analytics.loop.meeting.proposals import proposals_of
from analytics.loop.models import Adjustment, Decision, Finding
from feedback.voices.models import Voice
from tests.analytics import building as make
from tests.analytics.pages import text
from tests.bare import bare
from tests.factories import (
    AdjustmentFactory,
    EvaluationFactory,
    FindingFactory,
    UserFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db
#: Session, user, report and its parts: the same for however many rows.
STATEMENTS = 15
IN_PLACE = {"HX-Request": "true", "accept-language": "en"}


def words(response) -> str:
    return " ".join(text(response).split())


def test_j2_the_page_begins_with_four_sentences_and_the_verdict(desk, told):
    page = words(desk.get(told.get_absolute_url()))
    assert page.index("It helped: +12.7 points") < page.index("By the rule set before launch")
    assert page.index("By the rule set before launch") < page.index("Everybody written to")
    assert "Go on" in page
    assert "The outcome is better; no guardrail was set." in page
    assert "It cost ¥3,000" in page
    assert "What is not known yet" in page


def test_j2_the_outcome_that_was_named_stands_above_the_four_sentences(desk, told):
    nothing_named = words(desk.get(told.get_absolute_url()))
    assert "Asked before launch" not in nothing_named
    promised = told.inputs["promised"] | {"outcome": "event", "window_days": 28}
    named = EvaluationFactory(
        campaign=told.campaign,
        number=2,
        results=told.results,
        inputs=told.inputs | {"promised": promised},
    )
    page = words(desk.get(named.get_absolute_url()))
    asked = "Asked before launch: “Whether a reader attends an event”, within 28 days."
    assert page.index(asked) < page.index("It helped: +12.7 points")


def test_j2_the_effect_as_a_reason_is_named_once(told):
    with translation.override("en"):
        said = why(told.findings.get(kind=Finding.Kind.LIFT))
    assert said.startswith("Lift against the holdout, percentage points +")


@pytest.mark.parametrize("kind", ["learn", "reduce"])
def test_j2_only_a_proposal_to_find_out_says_what_could_be_seen(told, kind):
    proposed = AdjustmentFactory(evaluation=told, kind=kind, target="holdout", before=5, after=18)
    judgement = storage.results_as_told(told.results).judgement
    with translation.override("en"):
        (one,) = proposals_of([proposed], told.findings.all(), judgement)
        said = [reason for reason in one.reasons if reason.startswith("Arms of this size show")]
    assert bool(said) == (kind == "learn")


def test_b10_an_evaluation_of_an_earlier_version_keeps_its_page(desk, told):
    results = storage.results_as_told(told.results)
    stored = storage.results_to_json(replace(results, version="0.3", judgement=None))
    earlier = EvaluationFactory(
        campaign=told.campaign, number=2, results=stored, inputs=told.inputs
    )
    response = desk.get(earlier.get_absolute_url())
    assert "analytics/loop/evaluation_detail.html" in {one.name for one in response.templates}
    assert "By the rule set before launch" not in words(response)


def test_j2_readers_and_followings_are_told_apart(desk, told):
    page = words(desk.get(told.get_absolute_url()))
    assert "Mail, by readers who responded" in page
    assert "¥900 · followings: 12" in page
    assert "¥300 · followings: 90" in page


def test_j2_what_machines_fetched_stands_apart(desk, told):
    assert "Nothing was left out" in words(desk.get(told.get_absolute_url()))
    poster = told.campaign.links.get(channel__code="poster")
    poster.click_rows.filter(pk__in=poster.click_rows.values("pk")[:7]).update(left_out="again")
    page = words(desk.get(told.get_absolute_url()))
    assert "followed 7 times more from devices that had been there that day" in page


def test_j2_only_words_that_everybody_may_read_are_quoted(desk, told):
    assert "What readers say" not in words(desk.get(told.get_absolute_url()))
    VoiceFactory(campaign=told.campaign, text="Said to the library alone")
    VoiceFactory(
        campaign=told.campaign,
        state=Voice.State.ANSWERED,
        text="My whole sentence",
        done="More chairs",
        shown=True,
        public_text="A sentence for everybody",
    )
    page = words(desk.get(told.get_absolute_url()))
    assert "What readers say" in page
    assert "A sentence for everybody" in page
    assert "My whole sentence" not in page
    assert "Said to the library alone" not in page


def test_j2_a_proposal_is_decided_in_its_place(desk, told):
    waiting = told.adjustments.filter(state=Adjustment.State.PROPOSED).first()
    page = bare(desk.get(told.get_absolute_url()).content.decode())
    assert f'id="proposal-{waiting.pk}"' in page
    url = reverse("analytics:adjustment-decide", args=[waiting.pk])
    answer = desk.post(url, {"verdict": "accept"}, headers=IN_PLACE)
    assert answer.status_code == 200
    assert answer.content.decode().strip().startswith("<article")
    assert "Accepted" in words(answer)
    assert Decision.objects.get(adjustment=waiting).verdict == "accept"


def test_j2_a_refusal_without_a_reason_says_so_in_its_place(desk, told):
    waiting = told.adjustments.filter(state=Adjustment.State.PROPOSED).first()
    url = reverse("analytics:adjustment-decide", args=[waiting.pk])
    answer = desk.post(url, {"verdict": "refuse", "reason": ""}, headers=IN_PLACE)
    assert answer.status_code == 400
    assert "Please say why" in words(answer)
    assert not Decision.objects.filter(adjustment=waiting).exists()


def test_j2_whoever_may_not_decide_reads_and_has_no_buttons(client, told):
    client.force_login(UserFactory(role="librarian"))
    response = client.get(told.get_absolute_url(), headers={"accept-language": "en"})
    page = response.content.decode()
    assert 'value="accept"' not in page
    assert 'class="report-proposal"' in page


def test_j2_a_campaign_without_a_holdout_says_what_would_tell_it(desk):
    made = make.campaign()
    make.visit(make.deliver(make.content(made), 100))
    page = words(desk.get(evaluate(made, make.AFTER).get_absolute_url()))
    assert "No effect can be told" in page
    assert "A holdout in the next plan." in page
    assert "No cost was booked, so nobody can say what it cost." in page
    assert "No standard was set before going live." in page


@pytest.mark.parametrize("rows", [1, 3])
def test_j2_the_page_takes_the_same_statements_for_one_and_three_proposals(
    desk, told, django_assert_num_queries, rows
):
    one = EvaluationFactory(
        campaign=told.campaign, number=2, results=told.results, inputs=told.inputs
    )
    for number in range(rows):
        finding = FindingFactory(evaluation=one, subject=f"hour:{number}", kind="timing")
        AdjustmentFactory(evaluation=one, target=f"hour:{number}").findings.add(finding)
    desk.get(one.get_absolute_url())
    with django_assert_num_queries(STATEMENTS):
        page = desk.get(one.get_absolute_url()).content.decode()
    assert page.count('class="report-proposal"') == rows
