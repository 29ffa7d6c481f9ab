"""Migrations that change rows, over tables that hold some: each row is there afterwards, and says
what it said.

All of it goes back to before "one way of all imports" and forward again, in the transaction of one
test; the rows are made with the models of that time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from crm.readers.models.activity import REFERENCES
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

BEFORE = ("crm", "0067_letters_to_subscribers_are_found_by_their_content")
#: Reports of COUNTER do not stand in the list of imports yet.
BEFORE_LINES = ("crm", "0085_counts_of_months")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SEEN = UUID(int=7)


@dataclass
class Then:
    """The models of a moment, and the keys of rows that were made then."""

    models: object
    keys: dict

    def make(self, model: str, **fields):
        """A row of then."""
        return self.models.get_model("crm", model).objects.create(**fields)


def migrated_to(targets: list[tuple[str, str]]):
    """The models of the project at these migrations, which the database is then at."""
    with connection.cursor() as cursor:
        # A table with checks still to be made at the end of the transaction cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Rows are moved into tables that come back, and made in them.
        with as_owner():
            for what in ("TABLES", "SEQUENCES"):
                cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT ALL ON {what} TO PUBLIC")
    with as_owner():
        MigrationExecutor(connection).migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def newest() -> list[tuple[str, str]]:
    """The last migration of each app."""
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


# --- jobs and systems -----------------------------------------------------------------------------
def fill_jobs(then: Then) -> None:
    kinds = ("crm.import_activities", "crm.check_counts", "crm.undo_activities", "crm.read_usage")
    then.keys["jobs"] = [then.make("Job", kind=kind, title="x").pk for kind in kinds]
    # A library that had made a system of its own under the code.
    systems = then.models.get_model("crm", "NumberSystem").objects
    systems.filter(code__in=["koha", "huiwen"]).delete()
    systems.create(code="koha", name_zh="我们的", name_en="", headers="")


def check_jobs(now, keys: dict) -> None:
    jobs = now.get_model("crm", "Job").objects.filter(pk__in=keys["jobs"]).order_by("pk")
    kinds = ["crm.import_file", "crm.check_import", "crm.undo_import", "crm.read_usage"]
    assert list(jobs.values_list("kind", flat=True)) == kinds
    system = now.get_model("crm", "NumberSystem").objects.get(code="koha")
    assert (system.name_zh, system.headers) == ("我们的", "borrowernumber borrowerno")
    assert now.get_model("crm", "NumberSystem").objects.filter(code="huiwen").exists()


# --- what is recorded, and when it was closed -----------------------------------------------------
def fill_days(then: Then) -> None:
    source = then.make("DataSource", code="ils", name="ILS", kinds=["loan", "renewal"])
    days = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    then.keys["told"] = then.make("CoveredSpan", source=source, **days).pk
    then.keys["lost"] = then.make("CoveredSpan", source=source, state="lost", **days).pk
    campus = then.make("Campus", code="east", name_zh="东馆")
    for reason in ("装修", "装修（重复）"):
        then.make("ClosedSpan", campus=campus, reason=reason, **days)
    then.make("ClosedSpan", campus=None, reason="校庆", **days)


def check_days(now, keys: dict) -> None:
    spans = now.get_model("crm", "CoveredSpan").objects
    assert spans.get(pk=keys["told"]).tells == ["loan", "renewal"]
    assert spans.get(pk=keys["lost"]).tells == []
    closed = now.get_model("crm", "SpecialDays").objects.filter(kind="closed").order_by("name")
    told = list(closed.values_list("campus__code", "name", "starts_on", "ends_on"))
    days = (date(2026, 3, 1), date(2026, 3, 31))
    assert told == [(None, "校庆", *days), ("east", "装修", *days)]


# --- reports of COUNTER ---------------------------------------------------------------------------
def fill_reports(then: Then) -> None:
    common = {"report": "PR_P1", "release": "5.1", "provider": "Example Press"}
    for place, partial in enumerate((False, True), start=1):
        report = then.make(
            "UsageReport",
            sha256=f"{place}" * 64,
            filename=f"{place}.json",
            first=date(2026, place, 1),
            last=date(2026, place, 1),
            partial=partial,
            **common,
        )
        then.make(
            "PlatformUsage",
            report=report,
            platform="P",
            metric="Total_Item_Requests",
            month=report.first,
            n=5,
        )
    # The first was brought long before somebody took it in, which the trail says.
    first, _second = then.models.get_model("crm", "UsageReport").objects.order_by("first")
    type(first).objects.filter(pk=first.pk).update(taken_at=NOON)
    then.make(
        "AuditEvent",
        action="usage.take",
        object_type="crm.usagereport",
        object_id=str(first.pk),
    )


def check_reports(now, _keys: dict) -> None:
    reports = now.get_model("crm", "UsageReport").objects.order_by("first")
    assert [report.state for report in reports] == ["counts", "counts"]
    (source,) = {report.source for report in reports}
    assert (source.name, source.measures) == ("COUNTER: Example Press", ["eresources"])
    spans = source.spans.order_by("first").values_list("first", "last", "state", "apart")
    assert list(spans) == [
        (date(2026, 1, 1), date(2026, 1, 31), "full", False),
        (date(2026, 2, 1), date(2026, 2, 28), "part", False),
    ]
    lines = [report.batch for report in reports]
    told = [(one.takes, one.filename, one.state, one.rows, one.created) for one in lines]
    assert told == [
        ("counter", "1.json", "done", 1, 1),
        ("counter", "2.json", "done", 1, 1),
    ]
    first, second = reports
    assert (first.brought_at, lines[0].created_at) == (NOON, NOON)
    taken = now.get_model("crm", "AuditEvent").objects.get(action="usage.take").at
    assert (first.counts_since, lines[0].merged_at) == (taken, taken)
    # Of the second the trail says nothing.
    assert {second.counts_since, lines[1].merged_at, lines[1].created_at} == {second.brought_at}


# --- sources of which nothing is kept -------------------------------------------------------------
def fill_sources(then: Then) -> None:
    """One whose only file was taken back, one of which a file waits, one that never had any, and
    one whose file was taken back and that has a row of before.
    """
    names = ("emptied", "waiting", "new", "with-row")
    for name in names:
        then.keys[name] = then.make("DataSource", code=name, name=name, kinds=["loan"]).pk
    for name, state in (
        ("emptied", "undone"),
        ("waiting", "undone"),
        ("waiting", "uploaded"),
        ("with-row", "undone"),
    ):
        options = {"data_source": then.keys[name]}
        then.make("ImportBatch", takes="loans", state=state, size=0, options=options)
    reader = then.make("Reader", source="library", number="A7", name="x", kind="teacher")
    then.make("Activity", reader=reader, kind="loan", at=NOON, source="with-row", ref="7")


def check_sources(now, keys: dict) -> None:
    sources = now.get_model("crm", "DataSource").objects
    names = ("emptied", "waiting", "new", "with-row")
    found = {name: sources.get(pk=keys[name]).emptied_at is not None for name in names}
    assert found == {"emptied": True, "waiting": False, "new": False, "with-row": False}


# --- visits without names, and what rows are known again by ---------------------------------------
def fill_visits(then: Then) -> None:
    gate = then.make("DataSource", code="gate", name="Gate", kinds=["visit"], named=False)
    for run in (1, 2):
        for visitor in (SEEN, SEEN, uuid4()):
            then.make(
                "NamelessVisit",
                source=gate,
                day=date(2026, 3, 2),
                visitor=visitor,
                ref=uuid4().hex,
                import_run=run,
            )


def check_visits(now, _keys: dict) -> None:
    visits = now.get_model("crm", "NamelessVisit").objects
    found = {run: visits.filter(import_run=run).values_list("visitor", flat=True) for run in (1, 2)}
    # Two of three are one person within a file, and nobody is known by it in another one.
    assert [len(set(one)) for one in found.values()] == [2, 2]
    assert not set(found[1]) & set(found[2])
    assert SEEN not in {*found[1], *found[2]}


def fill_references(then: Then) -> None:
    reader = then.make("Reader", source="library", number="A1", name="x", kind="teacher")
    common = {"reader": reader, "at": NOON, "source": "ils"}
    then.keys["plain"] = then.make("Activity", kind="loan", ref="12345", import_run=1, **common).pk
    then.keys["kind"] = then.make(
        "Activity", kind="renewal", ref="12345:renewal", import_run=1, **common
    ).pk
    # What the portal notes itself has references of its own, and keeps them.
    then.keys["own"] = then.make("Activity", kind="click", ref="j:1", **common).pk


def check_references(now, keys: dict) -> None:
    activities = now.get_model("crm", "Activity").objects
    hidden = REFERENCES.hex_of("12345")[:40]
    assert activities.get(pk=keys["plain"]).ref == hidden
    assert activities.get(pk=keys["kind"]).ref == f"{hidden}:renewal"
    assert activities.get(pk=keys["own"]).ref == "j:1"


FILLED = [
    (fill_jobs, check_jobs),
    (fill_days, check_days),
    (fill_reports, check_reports),
    (fill_sources, check_sources),
    (fill_visits, check_visits),
    (fill_references, check_references),
]


def test_rows_of_before_are_there_after_each_migration_and_say_what_they_said():
    then = Then(migrated_to([BEFORE]), {})
    for fill, _check in FILLED:
        fill(then)
    now = migrated_to(newest())
    for _fill, check in FILLED:
        check(now, then.keys)


def test_lines_of_reports_go_with_their_migration_and_come_back_with_it_once():
    then = Then(migrated_to([BEFORE_LINES]), {})
    fill_reports(then)
    migrated_to(newest())
    before = migrated_to([BEFORE_LINES])
    assert before.get_model("crm", "UsageReport").objects.count() == 2
    assert not before.get_model("crm", "ImportBatch").objects.exists()
    now = migrated_to(newest())
    lines = now.get_model("crm", "ImportBatch").objects.order_by("filename")
    told = [(one.filename, one.state, one.created_at == NOON) for one in lines]
    assert told == [("1.json", "done", True), ("2.json", "done", False)]
