"""One figure, one definition: whatever prints it prints the same value under the same label.

One library with a whole loop is opened wherever its figures stand: room, report, list, board,
draft, loop page, month, decisions, survey results, a mail's page, API and file.
"""

import csv
import io
import re
from collections import defaultdict
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from analytics.facts.computing import compute
from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Evaluation
from campaigns.links.models import TrackedLink
from campaigns.plan.models import Campaign
from campaigns.sending.models import Click, Delivery
from core.measures import all_measures
from feedback.surveys import actions as surveys
from tests import recorded
from tests.analytics import building as make
from tests.factories import AdjustmentFactory, EvaluationFactory, UserFactory
from tests.feedback import building
from tests.shared import kept

OTHERS = r'(?: [\w-]+="[^"]*")*'
FIGURE = re.compile(rf'<(a|span)({OTHERS} data-measure="[^"]*"{OTHERS})>(.*?)</\1>', re.DOTALL)
LABEL = re.compile(r'data-measure-label="([^"]+)"[^>]*>(.*?)</(?:span|th)>', re.DOTALL)
TERM = re.compile(r'<span class="term-says".*?</span>', re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
#: Printed in a sentence, for a standard this campaign does not have, or where no cost is booked.
ELSEWHERE = {
    "evaluation.answers",
    "evaluation.contributors",
    "room.spent",
    "month.complaints_per_visits",
    "month.new_contributors",
    "evaluation.addressed",
    "channel.cost",
    "channel.planned_cost",
    "channel.per_planned_cost",
    "channel.per_share",
    "sending.followed_share",
    "effect.outcome",
    "effect.response",
    "effect.amount",
    "effect.secondary",
    "effect.channel",
    "effect.cost",
}
SCORES = [5, 4, 5, 3, 4, 5, 4, 4]


def whole_loop() -> int:
    """The key of a campaign that was evaluated, decided about and followed by a draft."""
    recorded.always()
    made = make.telling_campaign(budget=5000)
    make.pay(made, 6, kind="hours", channel="email")
    survey = building.published(campaign=made)
    mails = list(made.contents.get().deliveries.filter(state="sent").order_by("pk")[:40])
    answers = []
    for place, mail in enumerate(mails):
        score = SCORES[place % len(SCORES)]
        given = {"1": 1, "3": score, "4": 2 * score}
        answers.append(
            surveys.IncomingAnswer(
                given,
                at=make.LAUNCH + timedelta(days=2),
                reader_id=mail.reader_id,
                delivery_id=mail.pk,
                channel_id=mail.content.channel_id,
                segment_ids=mail.segment_ids,
            )
        )
    surveys.take_in(survey=survey, rows=answers, by=survey.created_by)
    # Followed after the period: the room counts it, the report does not.
    Click.objects.create(
        link=made.links.filter(channel__code="poster").first(),
        at=make.AFTER + timedelta(days=1),
        ref="late",
    )
    for link in made.links.annotate(found=Count("click_rows")):
        TrackedLink.objects.filter(pk=link.pk).update(clicks=link.found)
    followers = Click.objects.filter(link__campaign=made).values("delivery")
    Delivery.objects.filter(pk__in=followers).update(clicked_at=make.LAUNCH + timedelta(days=1))
    compute(date(2026, 3, 1), date(2026, 3, 31))
    evaluation = evaluate(made, make.AFTER)
    manager = UserFactory(role="manager")
    for adjustment in evaluation.adjustments.all()[:1]:
        decide(adjustment=adjustment, by=manager, verdict="accept", value=None, reason="")
    draft_next(campaign=made, by=manager)
    return made.pk


@pytest.fixture(scope="module")
def loop_once(django_db_setup, django_db_blocker):
    yield from kept(django_db_blocker, whole_loop)


@pytest.fixture
def campaign(db, loop_once):
    return Campaign.objects.get(pk=loop_once)


@pytest.fixture
def reader_of_pages(campaign):
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role="manager"))
    return client


def addresses(campaign) -> dict[str, str]:
    """Where the figures of a campaign stand."""
    evaluation = campaign.evaluations.get()
    survey = campaign.surveys.get()
    return {
        "room": f"{campaign.get_absolute_url()}?phase=performance",
        "panel": reverse("analytics:campaign-panel", args=[campaign.pk]),
        "draft": f"{campaign.next.get_absolute_url()}?phase=strategy",
        "mix": reverse("campaigns:plan-edit", args=[campaign.next.pk]),
        "report": evaluation.get_absolute_url(),
        "list": reverse("analytics:evaluation-list"),
        "board": reverse("campaigns:campaign-list"),
        "campaigns": reverse("campaigns:campaign-list") + "?view=list",
        "loop": reverse("analytics:loop"),
        "month": reverse("analytics:month-detail", args=["2026-03"]),
        "decisions": reverse("analytics:decision-list"),
        "results": reverse("feedback:survey-results", args=[survey.pk]),
        "mail": campaign.contents.get().get_absolute_url(),
    }


def page(client, address: str) -> str:
    answered = client.get(address)
    assert answered.status_code == 200, address
    return TERM.sub("", answered.content.decode())


def figures_of(html: str) -> list[dict[str, str]]:
    """Every marked figure: its attributes, and its text as ``said``."""
    found = []
    for _tag, attributes, inner in FIGURE.findall(html):
        told = {name: unescape(value) for name, value in ATTRIBUTE.findall(attributes)}
        found.append(told | {"said": unescape(strip_tags(inner)).strip()})
    return found


def key_of(figure: dict[str, str]) -> tuple[str, str]:
    return figure["data-measure"], figure.get("data-about", "")


def test_every_page_prints_the_same_value_of_a_measure(reader_of_pages, campaign):
    """In 0.1 WeChat brought 21.2 in the draft and 10.6 in the report."""
    said = defaultdict(lambda: defaultdict(set))
    for name, address in addresses(campaign).items():
        for figure in figures_of(page(reader_of_pages, address)):
            key = key_of(figure)
            # The draft's own plan is another campaign's.
            if name == "draft" and key[0].startswith("plan."):
                continue
            said[key][figure["said"]].add(name)

    differing = {key: dict(texts) for key, texts in said.items() if len(texts) > 1}
    assert differing == {}
    # What stands on several pages was compared.
    places = {key: set().union(*texts.values()) for key, texts in said.items()}
    assert places["evaluation.response_rate", ""] == {"panel", "report", "list"}
    assert places["channel.per_cost", "channel:poster"] == {"draft", "mix", "report"}
    assert places["loop.proposed", ""] == {"loop", "month", "decisions"}
    assert places["plan.channel_cost", "channel:email"] == {"room"}
    measures = {key for key, _about in said}
    assert set(all_measures()) - measures == ELSEWHERE - measures


def test_every_page_takes_the_label_from_the_measure(reader_of_pages, campaign):
    with translation.override("en"):
        labels = {key: str(one.label) for key, one in all_measures().items()}
    seen = set()
    for address in addresses(campaign).values():
        for key, inner in LABEL.findall(page(reader_of_pages, address)):
            assert unescape(strip_tags(inner)).strip() == labels[key]
            seen.add(key)
    assert len(seen) > 40


def test_api_and_file_say_what_the_report_says(reader_of_pages, campaign):
    evaluation = campaign.evaluations.get()
    shown = {
        key_of(figure): figure
        for figure in figures_of(page(reader_of_pages, evaluation.get_absolute_url()))
    }
    answered = reader_of_pages.get(reverse("api:campaign-results", args=[campaign.pk])).json()
    served = {(one["measure"], one["about"]): one for one in answered["measures"]}
    both = shown.keys() & served.keys()
    assert len(both) > 25
    for key in both:
        assert served[key]["text"] == shown[key]["said"]
        assert served[key]["state"] == shown[key]["data-state"]

    export = reader_of_pages.get(reverse("analytics:evaluation-export", args=[evaluation.pk]))
    rows = list(csv.reader(io.StringIO(export.content.decode().lstrip("\ufeff"))))
    written = {row[9]: row for row in rows if row[0] == "Figure"}
    assert len(written) == 8
    for key, row in written.items():
        told = served[key, ""]
        value = told["text"] if told["value"] is None else str(told["value"])
        assert (row[1], row[2]) == (told["label"], value)


def test_room_counts_until_now_and_says_so(reader_of_pages, campaign):
    """In 0.1 both were called responses: 552 in the room, 550 in the report."""
    told = addresses(campaign)
    room = {key_of(one): one["said"] for one in figures_of(page(reader_of_pages, told["room"]))}
    report = {key_of(one): one["said"] for one in figures_of(page(reader_of_pages, told["report"]))}
    assert room["room.followed", "channel:poster"] == "13"
    assert report["channel.responses", "channel:poster"] == "12"
    assert all_measures()["room.followed"].label != all_measures()["channel.responses"].label


def count_listed(response) -> int:
    return response.context["listing"].page.paginator.count


def test_every_figure_leads_to_its_rows_in_one_click(reader_of_pages, campaign):
    """The list has as many rows as the figure counts."""
    counted = 0
    leading = {}
    for address in addresses(campaign).values():
        html = page(reader_of_pages, address)
        for figure in figures_of(html):
            href = figure.get("href")
            if href is None:
                continue
            if href.startswith("#"):
                assert f'id="{href[1:]}"' in html, (address, href)
                continue
            leading.setdefault((key_of(figure), href), figure["said"])

    for (key, href), said in leading.items():
        answered = reader_of_pages.get(href)
        assert answered.status_code == 200, href
        fragment = urlsplit(href).fragment
        if fragment:
            assert f'id="{fragment}"' in answered.content.decode(), href
        if key[0] in COUNTED_BY_ROWS and said.replace(",", "").isdigit():
            assert count_listed(answered) == int(said.replace(",", "")), (key, href)
            counted += 1
    assert counted > 8


#: Whose number is the number of rows of the list they lead to.
COUNTED_BY_ROWS = {
    "evaluation.reach",
    "channel.sent",
    "sending.in_state",
    "sending.followed",
    "loop.proposed",
    "loop.waiting",
    "loop.accepted",
    "loop.changed",
    "loop.refused",
}


@pytest.mark.parametrize("about", ["segment:", "hour:", "channel:email segment:"])
def test_share_leads_to_as_many_mails_as_it_rests_on(reader_of_pages, campaign, about):
    evaluation = campaign.evaluations.get()
    answered = reader_of_pages.get(reverse("api:campaign-results", args=[campaign.pk])).json()
    n = {one["about"]: one["n"] for one in answered["measures"]}
    # Segments that nobody chose are told in tens.
    rounded = {f"segment:{one['segment']}" for one in answered["figures"]["other_segments"]}
    followed = 0
    for figure in figures_of(page(reader_of_pages, evaluation.get_absolute_url())):
        key, told = key_of(figure)
        if not told.startswith(about) or not key.endswith(".response"):
            continue
        listed = count_listed(reader_of_pages.get(figure["href"]))
        off = abs(listed - n.get(told, n.get(told.rpartition(" ")[2])))
        assert off <= (10 if told in rounded else 0), told
        followed += 1
    assert followed


def test_list_of_evaluations_takes_as_many_statements_for_one_and_three_rows(reader_of_pages, db):
    counts = []
    for more in (1, 2):
        for _row in range(more):
            AdjustmentFactory(evaluation=EvaluationFactory())
        with CaptureQueriesContext(connection) as queries:
            page(reader_of_pages, reverse("analytics:evaluation-list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_reader_with_three_mails_is_one_reader_and_three_mails(reader_of_pages, db):
    made = make.campaign()
    people = make.deliver(make.content(made), 40)
    for _mail in range(2):
        letter = make.content(made)
        for delivery in made.contents.first().deliveries.all():
            delivery.pk, delivery.content = None, letter
            delivery.save()
    evaluation = evaluate(made, make.AFTER)
    told = {key_of(one): one for one in figures_of(page(reader_of_pages, address_of(evaluation)))}
    mails = told["channel.sent", "channel:email"]
    assert (len(people), mails["said"]) == (40, "120")
    assert count_listed(reader_of_pages.get(mails["href"])) == 120
    rows = reverse("analytics:evaluation-rows", args=[evaluation.pk])
    assert count_listed(reader_of_pages.get(rows, {"of": "readers"})) == 40


def address_of(evaluation: Evaluation) -> str:
    return evaluation.get_absolute_url()


def test_planned_cost_is_not_called_a_cost(reader_of_pages, db):
    """In 0.1 it stood in the column of costs where none was booked, and was divided by."""
    made = make.campaign()
    made.channel_plans.update(planned_cost=400)
    make.deliver(make.content(made), 40, responded=10)
    html = page(reader_of_pages, address_of(evaluate(made, make.AFTER)))
    told = {key_of(one): one["said"] for one in figures_of(html)}
    assert told["channel.booked", "channel:email"] == "not measured"
    assert ("channel.per_planned_cost", "channel:email") not in told
    assert told["evaluation.cost_per_response", ""] == "not measured"


def test_evaluation_before_the_end_is_provisional_everywhere(reader_of_pages, db):
    made = make.campaign(standards=[("reach", "ge", 30)])
    make.deliver(make.content(made), 40, responded=10)
    early = evaluate(made, make.LAUNCH + timedelta(days=10))
    results = reverse("api:campaign-results", args=[made.pk])
    panel = reverse("analytics:campaign-panel", args=[made.pk])
    places = [address_of(early), panel, reverse("analytics:evaluation-list")]
    for address in places:
        assert "provisional" in page(reader_of_pages, address)
    assert "provisional: met so far" in page(reader_of_pages, address_of(early))
    assert reader_of_pages.get(results).json()["provisional"] is True
    export = reader_of_pages.get(reverse("analytics:evaluation-export", args=[early.pk]))
    assert "provisional" in export.content.decode()

    # The same figures are final once the period is over, in a row of their own.
    final = evaluate(made, make.AFTER)
    assert final.number == early.number + 1
    assert evaluate(made, make.AFTER + timedelta(days=1)) == final
    for address in [address_of(final), *places[1:]]:
        assert "provisional" not in page(reader_of_pages, address)
    assert reader_of_pages.get(results).json()["provisional"] is False
