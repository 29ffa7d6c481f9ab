"""The demonstration's readers leave the rows that real readers would leave, and no others."""

import re
from datetime import timedelta
from types import SimpleNamespace

import numpy
import pytest
from django.db.models.functions import TruncMonth

from campaigns.sending.models import Delivery
from crm.collections.models import ListedLoan
from crm.eresources.models import PlatformUsage
from crm.imports.models import ImportBatch
from crm.merges.queries import suspected
from crm.readers.models import Activity, ContactChannel, Reader
from crm.readers.timeline import MONTHS_SHOWN
from crm.registers.models import SpecialDays
from crm.segments.refresh import refresh_all_segments
from crm.sources.coverage import covered
from crm.sources.models import DataSource
from crm.standings.models import Standing
from crm.tallies.models import Tally
from demo import behaviour, cycles, doors, people, segments
from demo.briefs import POEMS
from feedback.surveys.models import Response
from feedback.surveys.projection import SOURCE, project
from tests.analytics import building as make
from tests.factories import UserFactory
from tests.looking import said_why

pytestmark = pytest.mark.django_db


def blocks_of(page: str) -> dict[str, str]:
    """The sections of a page by their heading."""
    sections = re.findall(r"<section[^>]*>\s*<h2[^>]*>(.*?)</h2>(.*?)</section>", page, re.DOTALL)
    return dict(sections)


def test_a3_seeded_student_shows_one_line_in_each_block(client, monkeypatch):
    monkeypatch.setattr(people, "READERS", 200)
    librarian = UserFactory(role="librarian")
    people.seed_people()
    segments.seed_segments(librarian)
    refresh_all_segments()
    student = (
        Reader.objects.filter(kind=Reader.Kind.UNDERGRADUATE, memberships__isnull=False)
        .reachable(ContactChannel.EMAIL)
        .filter(activities__isnull=False)
        .first()
    )
    client.force_login(librarian)

    said_why(student, by=librarian)
    page = client.get(student.get_absolute_url(), headers={"accept-language": "en"})

    blocks = blocks_of(page.content.decode())
    assert student.number in blocks["Who this is"]
    assert str(student.memberships.first().segment) in blocks["Why in these segments"]
    months = student.activities.annotate(month=TruncMonth("at")).values("month").distinct()
    told = blocks["What has happened"].count('<div class="month">')
    assert told == min(months.count(), MONTHS_SHOWN)
    assert "E-mail" in blocks["What we may send"]
    assert "allowed" in blocks["What we may send"]


def test_an_answer_of_the_demonstration_is_one_activity_however_often_it_is_projected():
    made = make.campaign()
    make.deliver(make.content(made), 60)
    Delivery.objects.update(clicked_at=make.LAUNCH)
    cycle = SimpleNamespace(title="Spring", english="Spring", slug="spring", brief=POEMS)
    survey = cycles.make_survey(made, cycle, made.owner)

    answered = behaviour.answer_survey(
        survey,
        list(Delivery.objects.all()),
        numpy.random.default_rng(1),
        mood=4,
        wishes=POEMS.wishes,
    )
    project(Response.objects.all())

    assert answered == Response.objects.count() > 0
    assert list(Activity.objects.filter(kind="answer").values_list("source").distinct()) == [
        (SOURCE,)
    ]
    assert Activity.objects.filter(kind="answer").count() == answered


def test_the_doors_of_the_demonstration_bring_days_counts_a_gap_and_two_pairs(monkeypatch):
    """Everything comes in as a library would bring it, is labelled, and comes once."""
    monkeypatch.setattr(people, "READERS", 200)
    librarian = UserFactory(role="librarian")
    people.seed_people()
    said = list(doors.seed_doors(librarian))
    assert (len(said), list(doors.seed_doors(librarian))) == (4, [])

    dated = Standing.objects.values_list("reader").distinct().count()
    assert dated == Reader.objects.filter(kind__in=doors.STUDIES).count()
    stages = set(Reader.objects.exclude(stage="").values_list("stage", flat=True))
    assert {"new", "final", "alumnus"} <= stages
    told = {tally.first for tally in Tally.objects.all()}
    year, month = doors.months_back(doors.MISSING_MONTH)
    assert [day for day in told if (day.year, day.month) == (year, month)] == []
    assert DataSource.objects.get(measures=["visits"]).kinds == []
    assert PlatformUsage.objects.values("month").distinct().count() == 12
    assert SpecialDays.objects.closed().exists()
    assert Activity.objects.filter(at__month=1, at__day=1, kind="loan").count() == 0
    assert Activity.objects.filter(kind="seat").count() > 5000
    assert ListedLoan.objects.exists()

    doors.seed_twins(librarian)
    assert {tuple(pair.why) for pair in suspected(librarian)} >= {("address",), ("person",)}
    assert len(suspected(librarian)) == 2
    assert "示例" in "".join(ImportBatch.objects.values_list("filename", flat=True))


def test_what_the_synthetic_readers_did_comes_in_by_files(monkeypatch):
    monkeypatch.setattr(people, "READERS", 60)
    people.seed_people()
    days = people.past_days()
    batches = ImportBatch.objects.filter(takes__in=["visits", "loans"])
    assert {batch.state for batch in batches} == {"done"}
    assert {batch.refused for batch in batches} == {0}
    from_files = Activity.objects.exclude(kind="contribution")
    assert from_files.count() == sum(batch.created for batch in batches) > 0
    assert set(from_files.values_list("source", flat=True)) == {"gate", "loans"}
    assert covered(["visit", "loan"], days[0], days[-1]).is_whole
    assert not covered("visit", days[0] - timedelta(days=1), days[-1]).is_whole
