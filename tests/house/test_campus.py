"""What staff of one campus are told does not depend on the people of another.

The walk opens everything on the desk that an account of one campus may open, pages, files and API.
Then the other campus's people do other things, every figure is computed anew, and the same account
opens everything once more. Whatever reads differently told a number in which those people were.
"""

import io
import re
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from analytics.facts.computing import compute
from analytics.loop.evaluate import evaluate
from campaigns.sending.models import Click, Delivery
from crm.readers.models import Activity, Reader
from crm.segments.models import Segment
from crm.segments.refresh import refresh_segment
from feedback.voices.models import Voice
from tests import factories
from tests.analytics import building as loop
from tests.feedback import building as surveys
from tests.house.test_permissions import MATRIX
from tests.owner import as_owner

#: What every answer has of its own: keys of forms, moments, tokens, how long a thing took.
OF_ITS_OWN = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": "[^"]*"'
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}"
    # How often a campaign was evaluated, or a month published, is no number of persons.
    r"|(Evaluations|Months that are over), number \d+|\d+ evaluations?"
    r"|\d{4}-\d\d-\d\dT[\d:.+]+|\b\d{1,2}:\d\d(:\d\d)?\b( [ap]\.m\.)?|\b\d+ ms\b"
    # How long something waits goes on while the test runs.
    r"|\b\d+ (seconds?|minutes?)\b"
)
#: Moments of one row, one after the other: in how many minutes they lie is up to the clock.
MOMENTS = re.compile(r'(<time datetime="">\s*</time>\s*)+')
#: A rounded number with the noise of the readers' own keys (docs/disclosure.md): it may differ.
ABOUT = re.compile(r'about [\d,]+|"elsewhere":\d+')
#: What the other campus's people are, and then are.
BEFORE = {"people": 40, "sent": 33, "followed": 17, "visits": 31, "answers": 23, "voices": 7}
AFTER = {"people": 57, "sent": 49, "followed": 38, "visits": 52, "answers": 45, "voices": 16}
OWN = {"people": 30, "sent": 25, "followed": 12, "visits": 20, "answers": 15, "voices": 6}
#: Where the matrix would write into a plan that is locked here.
LOCKED = {
    "campaigns:standard-amend": lambda world: {
        "pk": world.campaign.pk,
        "row": world.campaign.standards.first().pk,
    },
}


def people(campus, n: int, first: int = 0) -> list[Reader]:
    made = []
    for number in range(first, n):
        kind = ("teacher", "master", "undergraduate")[number % 3]
        made.append(factories.ReaderFactory(campus=campus, kind=kind))
    return made


def live(world, readers: list[Reader], did: dict, *, since: dict | None = None) -> None:
    """Let readers be mailed, follow links, visit, answer and speak; ``since``: what they did."""
    before = since or dict.fromkeys(did, 0)
    now = loop.LAUNCH + timedelta(days=1)
    deliveries = {row.reader_id: row for row in Delivery.objects.filter(content=world.content)}
    for reader in readers[before["sent"] : did["sent"]]:
        row = factories.DeliveryFactory(
            content=world.content,
            reader=reader,
            state="sent",
            sent_at=loop.LAUNCH,
            segment_ids=[world.segment.pk],
        )
        deliveries[reader.pk] = row
    for reader in readers[before["followed"] : did["followed"]]:
        row = deliveries[reader.pk]
        row.clicked_at = now
        row.save()
        Click.objects.create(link=world.link, delivery=row, at=now, ref=f"c{row.pk}")
        Activity.objects.create(reader=reader, kind="click", at=now, source="x", ref=f"{row.pk}")
    for reader in readers[before["visits"] : did["visits"]]:
        for kind in ("visit", "loan", "contribution", "answer", "event"):
            factories.ActivityFactory(reader=reader, kind=kind, at=now, campus=reader.campus)
    for reader in readers[before["answers"] : did["answers"]]:
        code = 1 + reader.pk % 3
        surveys.answer(
            world.survey,
            {"1": code, "2": [code], "3": code, "4": 3 * code},
            reader_id=reader.pk,
            channel_id=factories.email_channel().pk,
            segment_ids=[world.segment.pk],
        )
    for reader in readers[before["voices"] : did["voices"]]:
        factories.VoiceFactory(
            reader=reader, campus=reader.campus, campaign=world.campaign, received_at=now
        )
        factories.LetterFactory(reader=reader, state="failed")


def computed(world) -> None:
    """Everything that is kept as a figure, anew."""
    refresh_segment(world.segment)
    compute(date(2026, 3, 1), date(2026, 3, 31))
    compute(timezone.localdate(), timezone.localdate())
    evaluate(world.campaign, loop.AFTER)
    Segment.objects.update(refresh_ms=1)


@pytest.fixture
def two(world):
    """A world of two campuses; its staff are of the first."""
    here, there = factories.CampusFactory(name_en="Here"), factories.CampusFactory(name_en="There")
    for role in ("librarian", "manager", "administrator"):
        user = world.user(role)
        user.campus = here
        user.save()
    world.segment = factories.SegmentFactory(name="Everybody")
    world.campaign = loop.campaign(
        segments=[world.segment],
        standards=[("response_rate", "ge", 40), ("reach", "ge", 5), ("contributors", "ge", 5)],
        holdout_percent=0,
    )
    world.content = loop.content(world.campaign)
    world.link = factories.TrackedLinkFactory(campaign=world.campaign, content=world.content)
    world.survey = surveys.published(campaign=world.campaign)
    world.item = world.survey.items.first()
    world.own = people(here, OWN["people"])
    world.others = people(there, BEFORE["people"])
    world.there = there
    world.reader = world.own[0]
    live(world, world.own, OWN)
    live(world, world.others, BEFORE)
    world.voice = Voice.objects.filter(reader=world.own[0]).first()
    computed(world)
    world.evaluation = world.campaign.evaluations.get()
    world.finding = world.evaluation.findings.first() or factories.FindingFactory(
        evaluation=world.evaluation
    )
    return world


def change_the_others(world) -> None:
    world.others += people(world.there, AFTER["people"], BEFORE["people"])
    live(world, world.others, AFTER, since=BEFORE)
    computed(world)


# --- the walk -------------------------------------------------------------------------------------
def visitor_of(access) -> str | None:
    """The member of staff who sees most of those who may; None of what is everybody's."""
    if {"public", "any"} & set(access.roles.split()):
        return None
    for role in ("manager", "administrator", "librarian"):
        if access.allows(role):
            return role
    return None


def addresses(world) -> list[tuple[str, str, str, dict]]:
    """(name, visitor, address, what is sent) of everything on the desk that tells something."""
    found = []
    for name, access in sorted(MATRIX.items()):
        visitor = visitor_of(access)
        if visitor is None or access.post:
            continue
        arguments = LOCKED.get(name, access.arguments)(world)
        url = reverse(name, kwargs=arguments) + access.query
        found.append((name, visitor, url, access.body(world)))
    found += [
        (
            "analytics:month-detail in March",
            "manager",
            reverse("analytics:month-detail", args=["2026-03"]),
            {},
        ),
        (
            "feedback:survey-crosstab asked",
            "manager",
            reverse("feedback:survey-crosstab", args=[world.survey.pk]),
            {"first": "1", "second": "3"},
        ),
        (
            "feedback:survey-results of teachers",
            "manager",
            reverse("feedback:survey-results", args=[world.survey.pk]),
            {"only": "kind:teacher"},
        ),
    ]
    return found


def opened(world, asked) -> dict[str, str]:
    """What each address says; what was written down while opening it is taken back."""
    said = {}
    with transaction.atomic():
        clients = {}
        for role in ("librarian", "manager", "administrator"):
            clients[role] = Client(headers={"accept-language": "en"})
            clients[role].force_login(world.user(role))
            clients[role].post(
                reverse("crm:reader-reason", args=[world.reader.pk]), {"reason": "check"}
            )
        for name, visitor, url, data in asked:
            said[name] = what_is_said(clients[visitor].get(url, data))
        transaction.set_rollback(True)
    return said


def what_is_said(response) -> str:
    content = response.getvalue() if response.streaming else response.content
    if content[:2] == b"PK":
        # Packed, its length changes with the hour that stands in it.
        return f"{response.status_code} {cells_of(content)}"
    text = MOMENTS.sub("moments", OF_ITS_OWN.sub("", content.decode()))
    return f"{response.status_code} {ABOUT.sub('about', text)}"


def cells_of(content: bytes) -> str:
    """What stands in a workbook, a line for each row."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    rows = book.active.iter_rows(values_only=True)
    return "\n".join(str(row) for row in rows)


def changed(before: dict[str, str], after: dict[str, str]) -> str:
    """What reads differently, each with the first lines that only one of the two has."""
    told = []
    for name, text in before.items():
        if text == after[name]:
            continue
        old = text.splitlines()
        lines = after[name].splitlines()
        new = [line.strip()[:200] for line in lines if line not in old]
        gone = [line.strip()[:200] for line in old if line not in lines]
        told.append(f"{name}: new {new[:3]}, gone {gone[:3]}, {len(old)} lines, then {len(lines)}")
    return "\n".join(told)


@pytest.mark.django_db
def test_account_of_one_campus_is_told_nothing_of_the_people_of_another(two):
    """Fault 55. Everything that such an account can open, before and after the others did more."""
    asked = addresses(two)
    with as_owner():
        # Some addresses are of people that the matrix makes: the figures count them from now on.
        computed(two)
    before = opened(two, asked)
    assert {name: text[:3] for name, text in before.items() if text[:1] == "5"} == {}
    assert changed(before, opened(two, asked)) == "", "though nothing happened"

    with as_owner():
        change_the_others(two)
    told = changed(before, opened(two, asked))
    assert not told, told
