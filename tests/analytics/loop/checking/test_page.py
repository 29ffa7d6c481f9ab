"""The page on which the loop testifies against itself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.analytics.loop.checking.building import (
    Kind,
    State,
    checks,
    decided,
    next_plan,
    promised,
)
from tests.analytics.pages import plain_text
from tests.factories import AdjustmentFactory, CampusFactory, UserFactory

pytestmark = pytest.mark.django_db


def opened(client, **asked):
    answered = client.get(reverse("analytics:calibration"), asked)
    assert answered.status_code == 200
    return answered


def test_j12_before_anything_was_checked_the_page_says_what_would_help(desk):
    page = plain_text(opened(desk))
    assert "No promise has been checked yet. It takes two rounds" in page
    assert "<table" not in page


def test_j12_where_nothing_went_on_as_before_the_page_says_so(desk):
    promised(*next_plan(), observed=None)
    page = plain_text(opened(desk))
    assert "No part went on as before in what was changed, so nothing can be checked" in page
    assert "Let a fifth of the readers go on as before in the next plan." in page


def test_j12_few_checks_are_not_judged(desk):
    checks(3)
    page = plain_text(opened(desk))
    assert "Promises held against a part that went on as before: 3." in page
    assert "In the promised interval: 3, which is 100 % (44–100 %)" in page
    assert "No kind of change has been checked 20 times yet" in page
    assert "few: judged from 20 checks on" in page


def test_j12_a_kind_that_promised_too_surely_is_named_with_its_factor(desk):
    checks(8)
    checks(14, observed=0.08)
    page = plain_text(opened(desk))
    assert "“Hour of sending” promised too surely: 8 of 22 held." in page
    assert "its intervals are made 2.6 times as wide." in page
    assert "too sure: intervals × 2.6" in page
    assert "promised too little" in page


def test_j12_every_promise_made_with_a_factor_says_so(desk):
    made = promised(*next_plan(), expected_factor=1.4)
    said = "interval × 1.4, by how earlier promises of the kind held"
    assert said in plain_text(opened(desk))
    assert said in plain_text(desk.get(made.get_absolute_url()))
    plain = promised(*next_plan())
    assert said not in plain_text(desk.get(plain.get_absolute_url()))


def test_j12_a_check_leads_to_both_reports(desk):
    made = promised(*next_plan())
    page = opened(desk).content.decode()
    assert made.evaluation.get_absolute_url() in page
    assert made.observed_in.get_absolute_url() in page


def test_j12_weak_evidence_stands_apart_with_its_reason(desk):
    promised(*next_plan(), measure="hour_response", observed=0.2)
    page = plain_text(opened(desk))
    assert "Weak evidence" in page
    assert "the line's own trend: it may have come anyway" in page
    assert "20.0 % (18.0–22.0 %; n=900)" in page


def test_j12_recalibrated_targets_stand_nowhere(desk):
    promised(*next_plan(), kind=Kind.STANDARD, target="standard:reach", measure="reach")
    assert "Weak evidence" not in plain_text(opened(desk))


def test_j12_what_was_accepted_with_another_value_stands_with_its_reason(desk):
    row = promised(*next_plan(), state=State.CHANGED)
    decided(row, "change", value=19, reason="The bus goes at eight")
    page = plain_text(opened(desk))
    assert "Accepted against the recommendation" in page
    assert "“The bus goes at eight”" in page
    assert "19:00" in page


def test_j12_charts_can_be_taken_along(desk):
    checks(2)
    for name in ("coverage.svg", "kind-timing.svg", "kind-timing.json", "kind-timing.xlsx"):
        opened(desk, chart=name)


def test_j12_a_missed_promise_is_hollow(desk):
    checks(1, observed=0.2)
    assert 'class="missed"' in opened(desk).content.decode()


def test_j12_statements_do_not_grow_with_rows(desk):
    counts = []
    for more in (1, 2):
        checks(more)
        for _row in range(more):
            promised(*next_plan(), measure="hour_response")
            before, _after = next_plan()
            decided(AdjustmentFactory(evaluation=before, state=State.REFUSED), "refuse")
            decided(promised(*next_plan(), state=State.CHANGED), "change", value=19)
        with CaptureQueriesContext(connection) as queries:
            opened(desk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_j12_staff_of_a_campus_are_told_that_it_is_kept_from_them(client):
    checks(2)
    client.cookies["django_language"] = "en"
    client.force_login(UserFactory(role="manager", campus=CampusFactory()))
    page = plain_text(opened(client))
    assert "Poems" not in page


def test_j12_the_page_in_chinese(client):
    checks(2)
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "zh-hans"
    page = plain_text(opened(client))
    assert "和照旧的一部分比过的预期 2 条，2 条落在预期区间里" in page
    assert "尚少：满 20 次再判断" in page
