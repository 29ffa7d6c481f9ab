"""The map of recency and frequency, its brackets, and the readers behind a cell."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crm.readers.models import Look, Reader
from crm.rfc.figures import map_for
from crm.rfc.measuring import measure
from crm.rfc.models import ScoreBrackets, ScoreRun
from crm.rfc.queries import last_run, usual_brackets
from crm.rfc.words import choices_of
from crm.segments.refresh import count_readers
from crm.staff.models import User
from tests.crm.rfc.building import KINDS, NOW, does, reader
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def campuses():
    """Of two campuses: 12 and 3 readers who were here yesterday once, one of whom left since."""
    north, south = CampusFactory(name_en="North"), CampusFactory(name_en="South")
    for campus, n in ((north, 12), (south, 3)):
        for number in range(n):
            does(reader(f"{campus.name_en}{number}", campus=campus), KINDS.VISIT, 1)
    reader("quiet", campus=north)
    reader("silent", campus=north, analytics=False)
    return north, south


def told(page) -> dict[tuple[int, int], str]:
    """{(recency, frequency): what the cell says}, of cells that are not empty."""
    cells = [cell for row in page.rows for cell in row.cells]
    return {(c.recency, c.frequency): str(c.count) for c in cells if not c.count.is_zero}


def test_b5_map_tells_each_viewer_of_whom_they_may_open(campuses, monkeypatch):
    north, _south = campuses
    measure(as_of=NOW)
    run = last_run()

    everybody = map_for(UserFactory(role="librarian"), run)
    assert told(everybody) == {(5, 1): "15"}
    assert (str(everybody.total), str(everybody.silent)) == ("15", "1")
    own = map_for(UserFactory(role="librarian", campus=north), run)
    assert (told(own), str(own.total), str(own.silent)) == ({(5, 1): "12"}, "12", "1")
    # No role of today counts readers without opening them; the map keeps the rule all the same.
    monkeypatch.setattr(User, "can", lambda _user, permission: permission == "segments.view")
    nobody = map_for(UserFactory(role="librarian"), run)
    assert nobody.rows[0].cells[-1].count.state == "about"
    assert {cell.url for row in nobody.rows for cell in row.cells} == {""}
    assert (nobody.total.state, nobody.silent) == ("withheld", None)


def test_cell_leads_to_its_readers_and_the_look_is_written_down(campuses):
    north, _south = campuses
    measure(as_of=NOW)
    viewer = UserFactory(role="librarian", campus=north)
    desk = client_of(viewer)

    page = desk.get(reverse("crm:score-map"))
    cell = page.context["map"].rows[0].cells[-1]
    assert cell.url in page.content.decode().replace("&amp;", "&")
    listed = desk.get(cell.url)
    names = {reader.name for reader in listed.context["listing"].page}
    assert names == {f"North{n}" for n in range(12)}
    assert Look.objects.get(user=viewer).n == 12
    silent = desk.get(page.context["map"].silent_url)
    assert [reader.name for reader in silent.context["listing"].page] == ["quiet"]
    assert list(desk.get(f"{cell.url}&contribution=5").context["listing"].page) == []


def test_map_of_one_bracket_of_contribution_and_what_it_rests_on(campuses):
    does(Reader.objects.get(name="North0"), KINDS.VOICE, 1, 2)
    measure(as_of=NOW)
    page = client_of(UserFactory(role="manager")).get(reverse("crm:score-map"), {"contribution": 3})
    assert told(page.context["map"]) == {(5, 1): "1"}
    said = page.content.decode()
    assert "as of 1 Jun 2026" in said
    assert "counted since 1 Jun 2025" in said


def test_before_the_first_run_nothing_is_told_and_no_rule_answers_with_zero(campuses):
    page = client_of(UserFactory(role="manager")).get(reverse("crm:score-map"))
    assert "Not measured yet" in page.content.decode()
    assert page.context["run"] is None
    asked = client_of(UserFactory(role="librarian")).post(
        reverse("crm:segment-count"),
        {"node": ["0 0 group", "1 0 rfc"], "g0-op": "and", "c1-recency": ["5"]},
    )
    assert "not been measured yet" in asked.content.decode()


def test_rule_finds_who_stands_in_the_brackets_and_its_opposite_the_rest(campuses):
    does(Reader.objects.get(name="South0"), KINDS.VISIT, *range(2, 7))
    measure(as_of=NOW)
    here = {"test": "rfc", "recency": [4, 5]}
    assert count_readers(here, as_of=NOW) == 15
    assert count_readers(here | {"frequency": [3, 4]}, as_of=NOW) == 1
    assert count_readers(here | {"contribution": [2]}, as_of=NOW) == 0
    # "quiet" alone: of who switched analytics off nothing is asked.
    assert count_readers({"op": "not", "of": [here]}, as_of=NOW) == 1


def test_brackets_are_chosen_by_administrators_on_a_page(campuses):
    measure(as_of=NOW)
    admin = client_of(UserFactory(role="administrator"))
    page = admin.get(reverse("crm:score-brackets"))
    data = {field.html_name: field.value() for field in page.context["form"]}
    wrong = admin.post(reverse("crm:score-brackets"), data | {"recency_1": 7})
    assert wrong.context["form"].errors.keys() == {"recency_1"}
    assert (wrong.status_code, ScoreBrackets.objects.count()) == (400, 0)

    kept = admin.post(reverse("crm:score-brackets"), data | {"recency_0": 3, "days": 730})
    assert kept.status_code == 302
    chosen = ScoreBrackets.objects.get()
    assert (chosen.recency, chosen.days) == ([3, 30, 90, 180], 730)
    said = admin.get(reverse("crm:score-map")).content.decode()
    assert "The brackets were changed after this was measured" in said
    assert ScoreRun.objects.get().recency == [7, 30, 90, 180]


@translation.override("en")
def test_brackets_read_as_sentences():
    edges = usual_brackets()
    assert [words for _n, words in choices_of("recency", edges)] == [
        "5: within 7 days",
        "4: 8 to 30 days ago",
        "3: 31 to 90 days ago",
        "2: 91 to 180 days ago",
        "1: more than 180 days ago",
    ]
    assert [words for _n, words in choices_of("contribution", edges)] == [
        "5: 8 times or more",
        "4: 4 to 7 times",
        "3: 2 to 3 times",
        "2: once",
        "1: not at all",
    ]
