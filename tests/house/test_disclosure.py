"""No page, chart, file or API answer says a number of persons that may not be said.

Whether a number counts persons cannot be read off its type in a template or a dict. So the walk
turns the rule round: the smallest number that may be shown is raised to a thousand, every group of
persons in the database gets a size of its own, and whatever then says one of these sizes has let
out a number that no door looked at.
"""

import dataclasses
import re
import sys
from html import unescape
from uuid import uuid4

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model
from django.urls import reverse
from factory.django import DjangoModelFactory
from rest_framework.serializers import Serializer

from analytics.loop.evaluate import evaluate
from core.disclosure import Count
from core.exporting import xlsx_file
from crm.segments.models import Segment
from crm.segments.refresh import refresh_segment
from feedback.surveys.models import Response, Survey, SurveyVersion
from tests import factories
from tests.analytics import building as loop
from tests.feedback import building as survey_building
from tests.house.saying import (
    SIZES,
    annotations,
    flattened,
    found_in,
    found_in_csv,
    found_in_html,
    found_in_json,
    found_in_workbook,
    raw_numbers,
    raw_variables,
    rows_in,
)
from tests.house.test_permissions import MATRIX, client_of
from tests.owner import as_owner

#: Larger than every group below, so that each of them is as hidden as three persons are.
RAISED = 1000
FAR = 30_000
#: Lists whose viewer may open each row, so that their pages may count them exactly.
MAY_OPEN: set[tuple[str, str]] = {
    ("analytics:evaluation-rows", "sent"),
    ("analytics:menu-counts", "voices"),
    ("api:segment-members", "members"),
    ("campaigns:content-detail", "failed"),
    ("campaigns:content-detail", "held out"),
    ("campaigns:content-detail", "sent"),
    ("campaigns:content-launch", "members"),
    ("campaigns:content-progress", "failed"),
    ("campaigns:content-progress", "held out"),
    ("campaigns:content-progress", "sent"),
    ("feedback:call-desk-list", "works"),
    ("feedback:call-review", "works"),
    ("feedback:voice-list", "voices"),
}
#: Whole numbers that queries or views hang on rows, and why they are no numbers of persons.
NO_PERSONS = {
    "Evaluation.waiting": "proposals of an evaluation that nobody has decided about",
    "Evaluation.readings": "what an evaluation says, read as everybody may be told",
    "Survey.version": "the number of the newest version",
}


# --- the world ------------------------------------------------------------------------------------
@pytest.fixture
def far_keys(db):
    """Keys and numbered names ("Reader 137") that cannot be taken for a number of persons."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(c.oid, greatest(%s, nextval(c.oid)))"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'S' AND n.nspname = 'public'",
            [FAR],
        )
    numbered = []
    for made in vars(factories).values():
        if isinstance(made, type) and issubclass(made, DjangoModelFactory):
            numbered.append((made, made._meta.next_sequence()))
    for made, number in numbered:
        made.reset_sequence(max(FAR, number), force=True)
    yield
    # Some columns that other tests number are small; what was made here is rolled back.
    for made, number in numbered:
        made.reset_sequence(number, force=True)


@pytest.fixture
def raised(monkeypatch):
    """The rule's one number, and its copies in modules that imported it."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").split(".")[0] in {
            "core",
            "crm",
            "campaigns",
            "feedback",
            "analytics",
        } and hasattr(module, "SMALLEST_CELL"):
            monkeypatch.setattr(module, "SMALLEST_CELL", RAISED)


@pytest.fixture
def crowd(far_keys, world, raised):
    """The world with a known number of persons behind each thing."""
    members = loop.readers(SIZES["members"])
    type(members[0]).objects.filter(pk__in=[one.pk for one in members]).update(kind="teacher")
    world.segment = factories.SegmentFactory(
        name="Teachers", rule={"test": "kind", "in": ["teacher"]}
    )
    refresh_segment(world.segment)
    # How long it took is no number of persons, but may happen to look like one.
    Segment.objects.filter(pk=world.segment.pk).update(refresh_ms=1)
    world.segment.refresh_from_db()

    world.campaign = loop.campaign(
        holdout_percent=0,  # or what is left to mail could be one of the other sizes
        segments=[world.segment],
        shares={"email": 100},
        standards=[("response_rate", "ge", 40), ("reach", "ge", 5)],
    )
    world.content = loop.content(world.campaign)
    loop.deliver(
        world.content, SIZES["sent"], responded=SIZES["responded"], segments=[world.segment]
    )
    loop.deliver(world.content, SIZES["failed"], state="failed")
    loop.deliver(world.content, SIZES["held out"], state="holdout")

    world.survey = survey_building.published(campaign=world.campaign)
    survey_building.answer(world.survey, *[{"1": 1}] * SIZES["answered"])
    world.item = world.survey.items.first()
    _answer_too_fast(world.survey, SIZES["flagged"])
    # The world's own are among them, whichever page asks for them first.
    assert world.voice
    assert world.submission
    for _number in range(SIZES["voices"] - 1):
        factories.VoiceFactory()
    factories.SubmissionFactory.create_batch(SIZES["works"] - 1, call=world.call)
    world.evaluation = evaluate(world.campaign, loop.AFTER)
    world.finding = world.evaluation.findings.first()
    return world


def _answer_too_fast(survey, n: int) -> None:
    """Answers that are kept and left out of the figures."""
    like = survey.responses.first()
    Response.objects.bulk_create(
        Response(
            id=uuid4(),
            survey=survey,
            version=like.version,
            answers=like.answers,
            digest=like.digest,
            submitted_at=like.submitted_at,
            flagged="fast",
        )
        for _number in range(n)
    )


#: The address of a file of a chart, beside that of its page.
OF_CHART = re.compile(r'"(\?[^"]*chart=[\w.-]+)"')


# --- the walk -------------------------------------------------------------------------------------
def visitor_of(access) -> str:
    """Whoever of the staff may open it; the role that sees least of those who may."""
    for role in ("librarian", "manager", "administrator", "reader"):
        if access.allows(role):
            return role
    return "anonymous"


#: Arguments where the matrix would write into a plan that is locked here.
LOCKED = {
    "campaigns:standard-amend": lambda world: {
        "pk": world.campaign.pk,
        "row": world.campaign.standards.first().pk,
    },
}


def walked(world):
    """(URL name, response) of every page that is opened by GET.

    Each visitor signs in once: a sign-in for each page would make the list of their sessions as
    long as some group is large.
    """
    clients = {}
    for name, access in sorted(MATRIX.items()):
        if access.post:
            continue
        visitor = visitor_of(access)
        if visitor not in clients:
            clients[visitor] = client_of(world, visitor)
        arguments = LOCKED.get(name, access.arguments)(world)
        path = reverse(name, kwargs=arguments)
        response = clients[visitor].get(path + access.query, access.body(world))
        yield name, response
        for asked in charts_in(response):
            yield name, clients[visitor].get(path + asked)


def charts_in(response) -> list[str]:
    """What a page's charts are asked for as files, as the ends of addresses."""
    is_page = "html" in response.get("Content-Type", "") and not response.streaming
    if not is_page:
        return []
    return sorted({unescape(asked) for asked in OF_CHART.findall(response.content.decode())})


@pytest.fixture
def serialized(monkeypatch) -> list[Model]:
    """The rows that serializers of the API were given; whoever reads them empties the list."""
    rows = []
    represent = Serializer.to_representation

    def remembering(serializer, instance):
        if isinstance(instance, Model):
            rows.append(instance)
        return represent(serializer, instance)

    monkeypatch.setattr(Serializer, "to_representation", remembering)
    return rows


def hung_on_rows(response, serialized: list[Model]) -> set[str]:
    """The annotations of every row that a template or a serializer was given."""
    found = set()
    for row in rows_in([*flattened(response), serialized], {}):
        found |= annotations(row)
    serialized.clear()
    return found


def test_nothing_that_leaves_says_a_number_of_persons_that_no_door_looked_at(crowd, serialized):
    """Pages, the charts in them, CSV, XLSX and JSON of everything that can be opened, and what the
    templates and the serializers were given to print.
    """
    said, raw, hung_on = set(), set(), set()
    for name, response in walked(crowd):
        said |= {(name, group) for group in found_in(response)}
        raw |= {(f"{name} {variable}", group) for variable, group in raw_variables(response)}
        hung_on |= hung_on_rows(response, serialized)

    assert sorted(said - MAY_OPEN) == []
    assert sorted(raw) == []
    known = NO_PERSONS.keys()
    assert sorted(hung_on - known) == []
    assert sorted(MAY_OPEN - said) == [], "strike these"
    assert sorted(known - hung_on) == [], "strike these"


# --- the walk itself ------------------------------------------------------------------------------
def test_walk_finds_a_number_wherever_it_is_said():
    page = """<h1>137 persons</h1><p>共113名读者</p><progress value="263" max="400"></progress>
        <b aria-label="109 failed"></b>
        <script id="figure" type="application/json">{"y": [157, null]}</script>"""
    book = xlsx_file({"Sheet1": [["Readers"], [127]]})
    assert found_in_html(page) == {"members", "sent", "failed", "held out", "flagged"}
    assert found_in_json({"results": [{"size": 137}, {"note": "n = 151"}]}) == {
        "members",
        "answered",
    }
    assert found_in_csv("Kind,n\r\nTeacher,139\r\n") == {"voices"}
    assert found_in_workbook(book.read()) == {"works"}


def test_walk_takes_no_key_date_nor_decimal_for_a_number_of_persons():
    page = """<a href="/desk/readers/137/">V-000137</a> 13:71 1,137 137.5 #137 R137
        <script>var height = 137;</script><style>b { width: 137px }</style>"""
    assert found_in_html(page) == set()
    assert found_in_json({"137": True, "share": 0.137, "many": 1370}) == set()


def test_walk_looks_into_what_templates_are_given():
    nested = {"a": [1, (137, "x")], "b": {"c": Holder(263)}, "d": True, "e": "151"}
    assert sorted(raw_numbers(nested)) == [1, 137, 263]
    assert list(raw_numbers(Holder(Count.of(137)))) == []


def test_walk_looks_at_what_is_hung_on_rows():
    segment = Segment(pk=137, name="151", size=263)
    assert annotations(segment) == set()

    segment.counted = 3
    segment.protected = Count.of(137)
    segment.is_new = True
    segment.by_kind = {"teacher": [7]}
    assert annotations(segment) == {"Segment.counted", "Segment.by_kind"}


def test_walk_reaches_rows_wherever_they_stand_and_asks_no_database():
    survey, version = Survey(slug="x"), SurveyVersion()
    version.survey = survey
    read = Segment.objects.all()
    read._result_cache = [Segment(name="read")]
    page = Paginator([Segment(name="on a page")], 10).get_page(1)
    given = {"a": Holder([version]), "b": (read, page), "c": Segment.objects.all(), "d": survey}

    reached = list(rows_in(given, {}))

    assert [row for row in reached if not isinstance(row, Segment)] == [version, survey]
    assert [row.name for row in reached if isinstance(row, Segment)] == ["read", "on a page"]


@dataclasses.dataclass(frozen=True)
class Holder:
    n: object
