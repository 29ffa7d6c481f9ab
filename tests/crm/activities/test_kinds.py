"""Seats that were booked and not kept, e-resources from the log of a proxy, gates without names."""

import json
from datetime import date

import pytest
from django.core import serializers
from django.utils import translation

from core.refusals import Refused
from crm.activities import actions as verbs
from crm.activities.loading import source_of
from crm.activities.models import NamelessVisit
from crm.activities.options import ActivityOptions
from crm.activities.queries import visits_without_names
from crm.imports.load import preview
from crm.imports.models import ImportBatch
from crm.readers.models import Activity, Look
from crm.sources.coverage import covered, kinds_recorded
from crm.sources.models import CoveredSpan
from tests.crm.activities.building import counts, imported, readers, source_named, undone, uploaded
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SEATS = """学号,预约时间,开始时间,状态
A1,2026-10-01 07:00,2026-10-01 08:00,已签到
A1,2026-10-01 07:00,2026-10-02 08:00,失约
A2,2026-10-01 07:00,2026-10-02 08:00,已取消
A2,2026-10-01 07:00,2026-10-02 09:00,☃
"""
PROXY = """user,timestamp,url,search term
A1,2026-10-01 08:00:00,https://www.sciencedirect.com/science/article/secret,cancer
A1,2026-10-01 08:05:00,https://www.sciencedirect.com/science/article/other,cancer
A1,2026-10-01 09:00:00,http://kns.cnki.net/kcms/detail?f=secret,癌
A1,2026-10-02 09:00:00,http://kns.cnki.net/kcms/detail?f=secret,癌
X9,2026-10-02 09:00:00,http://kns.cnki.net/kcms/detail?f=secret,癌
A1,gestern,http://kns.cnki.net/kcms/detail?f=secret,癌
"""
GATE = """happened_at,campus,gate,direction,person_no,person_type
2026-10-01 08:00:00,东馆,1,in,A1,student
2026-10-01 18:00:00,东馆,1,out,A1,student
2026-10-01 19:00:00,东馆,1,in,A1,student
2026-10-02 08:00:00,东馆,1,in,A1,student
2026-10-02 08:00:00,东馆,1,in,X9,student
2026-11-02 08:00:00,东馆,1,in,A1,student
gestern,东馆,1,in,A1,student
"""


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are compared in English."""
    with translation.override("en"):
        yield


def test_a_seat_that_was_not_kept_is_a_kind_of_its_own():
    readers("A1", "A2")
    batch = imported(SEATS, "seats")
    assert counts(batch) == (2, 1, 1)
    found = Activity.objects.order_by("at").values_list("reader__number", "kind")
    assert list(found) == [("A1", "seat"), ("A1", "violation")]
    assert batch.refusals.get().reason == "unknown-action"
    more = imported("学号,违约时间\nA2,2026-10-03 08:00\n", "violations")
    assert counts(more) == (1, 0, 0)
    assert Activity.objects.filter(kind="violation").count() == 2


def test_of_a_proxy_s_log_a_session_is_kept_and_no_page_word_or_platform():
    readers("A1")
    batch = imported(PROXY, "eresources")
    assert counts(batch) == (3, 1, 2)
    found = Activity.objects.order_by("at").values_list("kind", "at__date", "source")
    assert [(kind, day.day) for kind, day, _source in found] == [
        ("eresource", 1),
        ("eresource", 1),
        ("eresource", 2),
    ]
    refused = list(batch.refusals.values("raw", "reason"))
    kept = serializers.serialize("json", Activity.objects.all())
    kept += json.dumps([refused, batch.report], ensure_ascii=False)
    for word in ("secret", "cancer", "癌", "sciencedirect", "https"):
        assert word not in kept
    assert covered("eresource", date(2026, 10, 1), date(2026, 10, 2)).state == "part"
    assert counts(imported(PROXY, "eresources")) == (0, 4, 2)


def test_a_log_as_a_proxy_writes_it_is_a_table_before_it_is_stored():
    readers("A1", "A2")
    line = '10.0.0.1 - {} [{:02}/Oct/2026:10:00:00 +0800] "GET https://x.example/secret" 200\n'
    log = "".join(line.format(who, day) for day in (1, 2) for who in ("A1", "A1", "-", "A2"))
    batch = uploaded(log, "eresources")
    assert "secret" not in batch.file.read().decode()
    assert batch.mapping == {"number": "user", "at": "timestamp", "platform": "host"}
    assert counts(imported(log, "eresources")) == (4, 2, 0)


def nameless(text, **options) -> ImportBatch:
    source = source_named("无名闸机", kinds=("visit",))
    if source.named:
        verbs.keep_no_names(source=source, by=None)
    return imported(text, "visits", source=source, nameless=True, **options)


def test_a_gate_may_keep_no_names_and_its_visitors_are_counted_all_the_same():
    readers("A1")
    batch = nameless(GATE)
    # A leaving is not counted, and a row without a day is refused.
    assert counts(batch) == (5, 1, 1)
    assert Activity.objects.count() == 0
    assert Look.objects.count() == 0
    months = visits_without_names([date(2026, 10, 1), date(2026, 11, 1)])
    assert [(one.month.month, one.visits, one.visitors.is_withheld) for one in months] == [
        (10, None, True),
        (11, None, True),
    ]
    assert len(set(NamelessVisit.objects.values_list("visitor"))) == 3
    kept = serializers.serialize("json", NamelessVisit.objects.all())
    kept += json.dumps(list(batch.refusals.values("raw")), ensure_ascii=False)
    assert "A1" not in kept
    assert "08:00" not in kept
    # The days are recorded, and nothing is said of any reader by it.
    assert CoveredSpan.objects.count() > 0
    assert kinds_recorded(["visit"]) == set()
    assert covered("visit", date(2026, 10, 1), date(2026, 10, 2)).is_none


def test_a_file_without_names_comes_again_and_goes_in_any_order():
    batches = [nameless(GATE), nameless(GATE)]
    assert [counts(batch) for batch in batches] == [(5, 1, 1), (0, 6, 1)]
    # What the second file says of these days stands in place of the first one's, as often as it is.
    assert NamelessVisit.objects.count() == 10
    assert undone(batches[0]).report["undone"]["deleted"] == 0
    assert NamelessVisit.objects.count() == 5
    assert undone(batches[1]).report["undone"]["deleted"] == 5
    assert NamelessVisit.objects.count() == 0


def test_who_brings_rows_of_one_person_is_told_nothing_of_other_files():
    """Each minute of a day was asked for with a number, and the page answered which of
    them was there already: so did the report, the way back, and the number of people.
    """
    head = "happened_at,campus,direction,person_no\n"
    gate = [f"2026-10-01 08:{n:02},东馆,in,P{n}\n" for n in range(20)]
    nameless(head + "".join(gate))
    asked = {
        "there": head + "2026-10-01 08:03,东馆,in,P3\n2026-10-05 08:03,西馆,in,P3\n",
        "not there": head + "2026-10-01 08:03,东馆,in,Q3\n2026-10-05 08:03,西馆,in,Q3\n",
    }
    told = {}
    october = [date(2026, 10, 1)]
    before = visits_without_names(october)
    for name, text in asked.items():
        found = preview(uploaded(text, "visits", source=source_named("无名闸机", ("visit",))))
        batch = nameless(text)
        (with_it,) = visits_without_names(october)
        seen = (with_it.visits, str(with_it.visitors), NamelessVisit.objects.count())
        refused = list(batch.refusals.values_list("raw", "reason"))
        back = undone(batch).report["undone"]
        told[name] = (found.counts, counts(batch), seen, refused, back)
    assert told["there"] == told["not there"]
    assert visits_without_names(october) == before
    # Nor does what is stored: no number gives the same key in two files.
    nameless(head + "".join(gate))
    keys = list(NamelessVisit.objects.values_list("visitor", flat=True))
    assert (len(keys), len(set(keys))) == (40, 40)
    (again,) = visits_without_names(october)
    assert (again.visits, again.visitors.as_json()["value"]) == (20, 20)


def test_of_which_platform_a_session_was_no_file_is_an_answer():
    """A row of a person, a day and a platform was "there already" for the one used."""
    readers("A1")
    head = "user,timestamp,url\n"
    imported(head + "A1,2026-10-01 08:00,https://kns.cnki.net/x\n", "eresources")
    told = []
    for host in ("kns.cnki.net", "www.jstor.org"):
        asked = imported(f"{head}A1,2026-10-01 08:00,https://{host}/x\n", "eresources")
        told.append(counts(asked))
    assert told == [(0, 1, 0), (0, 1, 0)]
    both = head + "".join(
        f"A1,2026-10-01 0{n}:00,https://{host}/\n"
        for n, host in enumerate(["a.org", "b.org", "a.org"])
    )
    assert counts(imported(both, "eresources")) == (1, 2, 0)


def test_a_source_keeps_names_or_none_once_and_for_all():
    readers("A1")
    named = source_named(kinds=("visit",))
    imported(GATE, "visits")
    batch = uploaded(GATE, "visits")
    by = UserFactory(role="librarian")
    asked = {"batch": batch, "system": "library", "mapping": batch.mapping, "by": by}
    options = ActivityOptions(data_source=named.pk, nameless=True)
    with pytest.raises(Refused, match="a source of its own"):
        verbs.map_activities(**asked, options=options)
    options = ActivityOptions(nameless=True)
    verbs.map_activities(**asked, options=options, new_source="无名闸机")
    batch.refresh_from_db()
    found = preview(batch)
    source = source_of(batch)
    assert not source.named
    assert {row.number for row in found.sample} == {""}
    # What was said once holds where nobody says it again.
    later = uploaded(GATE, "visits")
    options = ActivityOptions(data_source=source.pk)
    verbs.map_activities(**asked | {"batch": later}, options=options)
    later.refresh_from_db()
    assert ActivityOptions.from_json(later.options).nameless


def test_visitors_of_a_month_are_different_people_and_few_are_not_told():
    head = "happened_at,campus,direction,person_no\n"
    rows = [f"2026-10-0{day} 08:00,东馆,in,P{person}\n" for day in (1, 2) for person in range(6)]
    nameless(head + "".join(rows))
    (october,) = visits_without_names([date(2026, 10, 1)])
    assert (october.visits, october.visitors.as_json()["value"]) == (12, 6)
    assert visits_without_names([date(2026, 10, 1)], campus=-1) == []
