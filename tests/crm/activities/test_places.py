"""Which names a file of loans may add as campuses: no title comes in where a place belongs."""

import json

import pytest
from django.urls import reverse

from crm.activities.naming import is_a_place, tell_themselves
from crm.imports.models import ImportRefusal
from crm.imports.tasks import import_file
from crm.staff.models import Campus
from tests.core.building import client_of
from tests.crm.activities.building import counts, imported, readers, source_named, uploaded

TITLES = ["HAMLET", "红楼", "茶馆", "围城", "边城", "EMMA", "DUNE", "家", "失乐园", "The Library"]
TITLES += ["A Room with a View", "Das Schloss", "Le Château de ma mère"]
PLACES = ["东馆", "第3馆", "文科馆", "仙林校区", "教学楼B", "逸夫图书馆", "期刊阅览室", "流通部"]
PLACES += ["CPL", "MAIN-2", "B2", "Law Library", "East Gate", "Science Branch"]


def table(*places: str) -> str:
    rows = [f"A1,2026-10-{day:02} 10:00,{place}" for day, place in enumerate(places, start=1)]
    return "\n".join(["证号,借书时间,分馆", *rows, ""])


@pytest.mark.parametrize("name", TITLES)
def test_a_title_does_not_pass_for_a_place(name):
    assert not is_a_place(name)
    assert not tell_themselves([name], [])


@pytest.mark.parametrize("name", PLACES)
def test_a_place_is_known_by_how_it_is_called(name):
    assert is_a_place(name)
    assert tell_themselves([name], [])


def test_a_column_half_of_whose_places_are_known_is_one_of_places():
    assert tell_themselves(["Kennedy", "Lincoln", "Adams", "Tubman"], ["kennedy", "lincoln"])
    assert not tell_themselves(["Kennedy", "Hamlet", "Emma"], ["kennedy"])
    # A column of ever new names is none, however they are called.
    assert not tell_themselves([f"第{n}馆" for n in range(41)], [])
    assert not tell_themselves([], [])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["HAMLET", "红楼", "茶馆", "Emma", "The Library"])
def test_a_title_where_a_place_belongs_is_stored_nowhere(name):
    readers("A1")
    batch = imported(table(name, "东馆"))
    assert counts(batch) == (0, 0, 2)
    assert not Campus.objects.exists()
    kept = json.dumps(list(ImportRefusal.objects.values()), default=str, ensure_ascii=False)
    assert name not in kept
    assert name not in json.dumps([batch.report, batch.options], ensure_ascii=False)


@pytest.mark.django_db
def test_names_that_are_places_come_in_and_known_ones_make_room_for_new_ones():
    readers("A1")
    assert counts(imported(table("东馆", "逸夫图书馆"))) == (2, 0, 0)
    rows = ("", "", "东馆", "逸夫图书馆", "Kennedy", "南门")
    assert counts(imported(table(*rows))) == (4, 2, 0)
    assert Campus.objects.count() == 4


@pytest.mark.django_db
def test_places_of_an_unknown_library_come_in_once_somebody_said_so(client, librarian):
    readers("A1")
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    batch = uploaded(table("Kennedy", "Lincoln"), by=librarian)
    page = reverse("crm:activity-import-map", args=[batch.pk])
    html = " ".join(client.get(page).content.decode().split())
    assert "Nobody knows these places: Kennedy, Lincoln." in html
    assert "checked" not in html.partition('name="create_places"')[2].partition(">")[0]
    sent = {"c0": "number", "c1": "at", "c2": "campus", "system": "library"}
    sent |= {"data_source": batch.options["data_source"], "create_places": "on"}
    answer = client.post(page, sent)
    assert answer.url == reverse("crm:activity-import-preview", args=[batch.pk])
    assert "Kennedy" in client.get(answer.url).content.decode()
    client.post(reverse("crm:activity-import-run", args=[batch.pk]))
    batch.refresh_from_db()
    import_file(batch.job_id)
    assert Campus.objects.count() == 2

    # The next file with these columns names places too, new ones among them.
    again = uploaded(table("Kennedy", "Tubman", "Adams"), by=librarian)
    assert again.options["create_places"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["loan", "renewal"])
@pytest.mark.parametrize("name", ["北馆", "午夜图书馆", "CPL", "红楼"])
def test_a_program_adds_no_campus_beside_a_loan(librarian, name, kind):
    """A title may stand there whatever it is called like; one that is registered is known."""
    readers("A1")
    source = source_named()
    sent = {"system": "library", "number": "A1", "kind": kind, "campus": name}
    sent |= {"at": "2026-10-01T09:00:00+08:00"}
    body = {"source": source.code, "rows": [sent], "create_campuses": True}
    address = reverse("api:activities")
    api = client_of(librarian)
    answer = api.post(address, body, format="json", headers={"Idempotency-Key": "k1"}).json()
    (outcome,) = answer["rows"]
    assert (outcome["outcome"], outcome["reason"]) == ("refused", "unknown-campus")
    assert not Campus.objects.exists()
    kept = list(ImportRefusal.objects.values_list("raw", flat=True))
    assert name not in json.dumps(kept, ensure_ascii=False)
    assert name not in json.dumps(answer, ensure_ascii=False)

    Campus.objects.create(code="north", name_zh=name)
    answer = api.post(address, body, format="json", headers={"Idempotency-Key": "k2"}).json()
    assert answer["rows"][0]["outcome"] == "new"
