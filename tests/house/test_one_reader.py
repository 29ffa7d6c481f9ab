"""One reader of another campus more or less moves nothing that staff of one campus are told.

What test_campus.py opens once by each address is asked here in every way in which a list can be
sorted, filtered and paged, by programs with a token of each role, and by the counts that are made
when somebody asks: what a rule means now, and what a refresh did.
"""

import html
import json
import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from crm.readers.models import Reader
from crm.segments.builder.draft import Draft
from crm.segments.builder.registers import Registers
from crm.segments.models import Segment
from crm.segments.refresh import refresh_segment
from tests import factories
from tests.core.building import client_of as program_of
from tests.crm.segments.test_builder_pages import posted
from tests.house.test_campus import (  # noqa: F401 (two is the world's fixture)
    ABOUT,
    OF_ITS_OWN,
    changed,
    computed,
    two,
    visitor_of,
    what_is_said,
)
from tests.house.test_permissions import MATRIX
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
TEACHERS = {"test": "kind", "in": ["teacher"]}
STAFF = ("librarian", "manager", "administrator")
#: Files, and pages about one thing, are asked by test_campus.py.
ROWS_OF_COUNTS = (
    "crm:segment-list",
    "crm:reader-list",
    "campaigns:campaign-list",
    "campaigns:link-list",
    "feedback:survey-list",
    "feedback:voice-list",
    "feedback:call-desk-list",
    "analytics:evaluation-list",
    "analytics:decision-list",
    "crm:letter-list",
    "crm:import-list",
)
LINK = re.compile(r'href="(\?[^"#]+)"')
SELECT = re.compile(r'<select[^>]*name="([^"]+)".*?</select>', re.S)
OPTION = re.compile(r'<option[^>]*value="([^"]+)"')


@pytest.fixture
def teachers(two):  # noqa: F811
    """Two segments of one rule, and others that a list sorts beside them."""
    # So many that it is told about how many there are elsewhere.
    factories.ReaderFactory.create_batch(40, campus=two.there, kind="teacher")
    two.teachers = factories.SegmentFactory(name="Teachers", rule=TEACHERS)
    for number, kind in enumerate(("master", "undergraduate")):
        factories.SegmentFactory(name=f"S{number}", rule={"test": "kind", "in": [kind]})
    all_computed(two)
    return two


def all_computed(world) -> None:
    """Every segment anew, in one order: a list can be sorted by when that was."""
    computed(world)
    for segment in Segment.objects.exclude(pk=world.segment.pk).order_by("pk"):
        refresh_segment(segment)


def one_leaves(world) -> None:
    """A teacher elsewhere is no teacher any more."""
    leaver = next(reader for reader in world.others if reader.kind == "teacher")
    Reader.objects.filter(pk=leaver.pk).update(kind="public")


def one_comes(world) -> None:
    factories.ReaderFactory(campus=world.there, kind="teacher")


# --- lists, in every order and under every filter -------------------------------------------------
def ways_of(client: Client, url: str) -> list[str]:
    """The address of a list with every order, filter and page that it offers."""
    page = client.get(url).content.decode()
    found = {url}
    for link in LINK.findall(page):
        found.add(url + html.unescape(link))
    for select in SELECT.finditer(page):
        for value in OPTION.findall(select[0]):
            found.add(f"{url}?{select[1]}={html.unescape(value)}")
    return sorted(found)


def looked_through(world) -> dict[str, str]:
    """What every list says in every way; what was written down meanwhile is taken back."""
    said = {}
    with transaction.atomic():
        for name in ROWS_OF_COUNTS:
            visitor = visitor_of(MATRIX[name])
            client = Client(headers={"accept-language": "en"})
            client.force_login(world.user(visitor))
            for address in ways_of(client, reverse(name)):
                said[f"{visitor} {address}"] = what_is_said(client.get(address))
        transaction.set_rollback(True)
    return said


# --- programs -------------------------------------------------------------------------------------
def told_to_programs(world) -> dict[str, str]:
    """What every address of the API tells a token of each role, rules and refreshes included."""
    said = {}
    with transaction.atomic():
        for role in STAFF:
            program = program_of(world.user(role))
            for name, access in MATRIX.items():
                if not name.startswith("api:") or access.post or not access.allows(role):
                    continue
                url = reverse(name, kwargs=access.arguments(world)) + access.query
                said[f"{role} {url}"] = without_its_own(program.get(url, access.body(world)))
            for label, rule in rules().items():
                asked = {"rule": rule}
                answer = program.post(reverse("api:segment-count"), asked, format="json")
                assert answer.status_code == 200
                said[f"{role} counts {label}"] = without_its_own(answer)
            refreshed = program.post(reverse("api:segment-refresh", args=[world.teachers.pk]))
            assert refreshed.status_code == 200
            said[f"{role} refreshes"] = without_its_own(refreshed)
        transaction.set_rollback(True)
    return said


def rules() -> dict[str, dict]:
    everybody_else = {"op": "not", "of": [TEACHERS]}
    return {"teachers": TEACHERS, "others": everybody_else, "all": {}}


def without_its_own(response) -> str:
    text = re.sub(r'"ms":\d+', '"ms"', response.content.decode())
    return f"{response.status_code} {ABOUT.sub('about', OF_ITS_OWN.sub('', text))}"


@pytest.mark.parametrize("world_change", [one_leaves, one_comes])
def test_one_reader_elsewhere_moves_no_list_and_no_answer_to_a_program(teachers, world_change):
    """Fault 56. Every order, filter and page of every list, and the API with a token of each."""
    lists, programs = looked_through(teachers), told_to_programs(teachers)
    assert len(lists) > 40
    assert {name: text[:3] for name, text in lists.items() if text[:1] == "5"} == {}
    assert changed(lists, looked_through(teachers)) == "", "though nothing happened"
    assert changed(programs, told_to_programs(teachers)) == "", "though nothing happened"

    with as_owner():
        world_change(teachers)
        all_computed(teachers)
    told = changed(lists, looked_through(teachers)) + changed(programs, told_to_programs(teachers))
    assert not told, told


# --- counts that are made when somebody asks ------------------------------------------------------
def abouts(text: str) -> list[str]:
    return re.findall(r"about ([\d,]+)", text)


@pytest.mark.parametrize("role", STAFF)
def test_preview_page_list_and_program_say_one_number_of_the_same_readers(teachers, role):
    """Fault 55. A second noise for the same readers would be a second look at their number."""
    user = teachers.user(role)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    draft = posted(Draft.of_rule(TEACHERS, Registers()))

    preview = client.post(reverse("crm:segment-count"), draft).content.decode()
    page = client.get(teachers.teachers.get_absolute_url()).content.decode()
    program = program_of(user)
    stored = program.get(reverse("api:segment-detail", args=[teachers.teachers.pk])).json()
    asked = program.post(reverse("api:segment-count"), {"rule": TEACHERS}, format="json").json()

    (about,) = set(abouts(preview))
    assert set(abouts(page)) == {about}
    assert (stored["elsewhere"], asked["elsewhere"]) == (int(about), int(about))
    assert stored["size"] == asked["n"]
    # However the same rule is written.
    twice = {"op": "and", "of": [TEACHERS, {"op": "or", "of": [TEACHERS, TEACHERS]}]}
    again = program.post(reverse("api:segment-count"), {"rule": twice}, format="json").json()
    assert (again["n"], again["elsewhere"]) == (asked["n"], asked["elsewhere"])


@pytest.mark.parametrize("role", STAFF)
def test_refresh_says_nothing_of_one_who_left_elsewhere(teachers, role):
    """Fault 56. Neither the message on the page nor the segment's history."""
    leaver = next(reader for reader in teachers.others if reader.kind == "teacher")
    Reader.objects.filter(pk=leaver.pk).update(kind="public")
    program = program_of(teachers.user(role))

    done = program.post(reverse("api:segment-refresh", args=[teachers.teachers.pk])).json()
    assert (done["entered"], done["left"]) == (None, None)
    client = Client(headers={"accept-language": "en"})
    client.force_login(teachers.user(role))
    shown = client.post(
        reverse("crm:segment-refresh", args=[teachers.teachers.pk]), follow=True
    ).content.decode()
    assert not re.search(r"\b1 (reader )?left\b", shown)
    assert json.dumps(leaver.number)[1:-1] not in shown
