"""No page, chart, file or API answer says a number of persons that may not be said.

Whether a number counts persons cannot be read off its type in a template or a dict. So the walk
turns the rule round: the smallest number that may be shown is raised to a thousand, every group of
persons in the database gets a size of its own, and whatever then says one of these sizes has let
out a number that no door looked at.
"""

import csv
import dataclasses
import io
import json
import re
import sys
import zipfile
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils.functional import Promise
from factory.django import DjangoModelFactory

from analytics.loop.evaluate import evaluate
from core.disclosure import Count
from core.exporting import xlsx_file
from crm.segments.models import Segment
from crm.segments.refresh import refresh_segment
from feedback.surveys.models import Response
from tests import factories
from tests.analytics import building as loop
from tests.feedback import building as survey_building
from tests.house.test_permissions import MATRIX

#: Larger than every group below, so that each of them is as hidden as three persons are.
RAISED = 1000
FAR = 30_000
#: How many persons stand behind what. No two sums or differences are alike.
SIZES = {
    "members": 137,
    "sent": 263,
    "responded": 173,
    "failed": 109,
    "held out": 157,
    "answered": 151,
    "flagged": 113,
    "voices": 139,
    "works": 127,
}
NAMES = {size: name for name, size in SIZES.items()}
#: Lists whose viewer may open each row, so that their pages may count them exactly.
MAY_OPEN: set[tuple[str, str]] = {
    ("analytics:today", "voices"),
    ("analytics:today", "works"),
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
}


# --- the world ------------------------------------------------------------------------------------
@pytest.fixture
def far_keys(db):
    """Keys and numbered names ("Reader 137") that cannot be taken for a number of persons."""
    with connection.cursor() as cursor:
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
    for _number in range(SIZES["voices"]):
        factories.VoiceFactory()
    factories.SubmissionFactory.create_batch(SIZES["works"], call=world.call)
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


# --- reading what came back -----------------------------------------------------------------------
class Words(HTMLParser):
    """What a page says: its texts, its charts' data, its bars and the labels of its parts."""

    SAID = {"title", "aria-label", "alt"}

    def __init__(self):
        super().__init__()
        self.said: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        is_code = tag == "style" or (tag == "script" and given.get("type") != "application/json")
        self.skipped += is_code
        self.said += [given[name] or "" for name in self.SAID & given.keys()]
        if tag in {"progress", "meter"}:
            self.said += [given.get("value") or "", given.get("max") or ""]

    def handle_endtag(self, tag):
        if self.skipped and tag in {"script", "style"}:
            self.skipped -= 1

    def handle_data(self, data):
        if not self.skipped:
            self.said.append(data)


def found_in_text(text: str) -> set[str]:
    """Groups whose size stands in a text as a number of its own."""
    found = set()
    for size, name in NAMES.items():
        if re.search(rf"(?<![\w.,:/#-]){size}(?![\w:/-]|[.,]\d)", text):
            found.add(name)
    return found


def found_in_html(html: str) -> set[str]:
    words = Words()
    words.feed(html)
    return set().union(*map(found_in_text, words.said))


def found_in_json(node) -> set[str]:
    """Groups whose size is a value."""
    if isinstance(node, dict):
        return set().union(*map(found_in_json, node.values()))
    if isinstance(node, list):
        return set().union(*map(found_in_json, node))
    if isinstance(node, str):
        return found_in_text(node)
    if isinstance(node, bool) or node not in NAMES:
        return set()
    return {NAMES[node]}


def found_in_workbook(body: bytes) -> set[str]:
    found = set()
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/") or name.endswith("sharedStrings.xml"):
                found |= found_in_html(book.read(name).decode())
    return found


def found_in_csv(text: str) -> set[str]:
    found = set()
    for row in csv.reader(io.StringIO(text)):
        found |= set().union(*map(found_in_text, row))
    return found


def found_in(response) -> set[str]:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    if "json" in kind:
        return found_in_json(json.loads(body))
    if "spreadsheet" in kind:
        return found_in_workbook(body)
    if "csv" in kind:
        return found_in_csv(body.decode("utf-8-sig"))
    if "html" in kind:
        return found_in_html(body.decode())
    return set()


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
    """(URL name, response) of every page that is opened by GET."""
    for name, access in sorted(MATRIX.items()):
        if access.post:
            continue
        client = Client()
        visitor = visitor_of(access)
        if visitor != "anonymous":
            client.force_login(world.user(visitor))
        arguments = LOCKED.get(name, access.arguments)(world)
        url = reverse(name, kwargs=arguments) + access.query
        yield name, client.get(url, access.body(world))


def raw_numbers(value, depth: int = 0):
    """Numbers a template could print, in dicts, lists and dataclasses; rows of tables are skipped:
    what they print is found by the walk over pages.
    """
    # The depth ends what holds itself.
    if isinstance(value, bool | str | bytes | Model | Promise) or depth > 5:
        return
    if isinstance(value, int):
        yield value
    for inner in parts_of(value):
        yield from raw_numbers(inner, depth + 1)


def parts_of(value) -> list:
    """What a dict, a list or a dataclass holds; nothing of whatever else."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple | set):
        return list(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    return []


def flattened(response):
    """Every layer of every context that a response was rendered with."""
    for context in response.context or []:
        layers = context.dicts if hasattr(context, "dicts") else [context]
        for layer in layers:
            if isinstance(layer, dict):
                yield layer


def raw_variables(response) -> set[tuple[str, str]]:
    """(variable, group) of every raw number of persons that a template was given."""
    raw = set()
    for layer in flattened(response):
        for variable, value in layer.items():
            raw |= {(variable, NAMES[n]) for n in raw_numbers(value) if n in NAMES}
    return raw


def test_nothing_that_leaves_says_a_number_of_persons_that_no_door_looked_at(crowd):
    """Pages, the charts in them, CSV, XLSX and JSON of everything that can be opened, and what the
    templates were given to print.
    """
    said, raw = set(), set()
    for name, response in walked(crowd):
        said |= {(name, group) for group in found_in(response)}
        raw |= {(f"{name} {variable}", group) for variable, group in raw_variables(response)}

    assert sorted(said - MAY_OPEN) == []
    assert sorted(raw) == []
    assert sorted(MAY_OPEN - said) == [], "strike these"


# --- the walk itself ------------------------------------------------------------------------------
def test_walk_finds_a_number_wherever_it_is_said():
    page = """<h1>137 persons</h1><progress value="263" max="400"></progress>
        <b aria-label="109 failed"></b>
        <script id="figure" type="application/json">{"y": [157, null]}</script>"""
    book = xlsx_file({"Sheet1": [["Readers"], [127]]})
    assert found_in_html(page) == {"members", "sent", "failed", "held out"}
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


@dataclasses.dataclass(frozen=True)
class Holder:
    n: object
