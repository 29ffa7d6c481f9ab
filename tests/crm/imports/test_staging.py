"""Rows on their way into a table of their own: few at a time, and counted when stored."""

import pytest
from django.db import connection

from crm.imports import staging
from crm.imports.staging import StagedFile, drop, fill, new_table, suppressed_addresses
from tests.crm.imports.building import MAPPING, batch_of

pytestmark = pytest.mark.django_db

HEADER = ["读者号", "姓名", "读者类型"]


class Counted(list):
    """A row that is counted as long as somebody holds it."""

    held = most = 0

    def __init__(self, cells):
        super().__init__(cells)
        Counted.held += 1
        Counted.most = max(Counted.most, Counted.held)

    def __del__(self):
        Counted.held -= 1


@pytest.fixture
def filled():
    """Fill a table with ``n`` rows; gives what is known of it and what was told meanwhile."""
    tables = []

    def fill_with(n):
        batch = batch_of(
            "读者号,姓名,读者类型\nA1,李雷,本科生\n",
            mapping={name: MAPPING[name] for name in ("number", "name", "kind")},
        )
        plan = staging.ColumnPlan(HEADER, batch, suppressed=suppressed_addresses())
        rows = ((line, Counted([f"A{line}", "李雷", "本科生"])) for line in range(2, n + 2))
        told = []
        with connection.cursor() as cursor:
            staged = StagedFile(new_table(cursor, temporary=True), plan)
            tables.append(staged.table)
            fill(cursor, staged, rows, lambda done: told.append((done, stored(staged))))
        return staged, told

    yield fill_with
    for table in tables:
        drop(table)


def stored(staged) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {staged.table}")
        return cursor.fetchone()[0]


def test_a_batch_is_never_held_as_rows(filled, monkeypatch):
    monkeypatch.setattr(staging, "BATCH", 100)
    Counted.most = 0
    staged, _told = filled(250)
    assert (staged.rows, stored(staged)) == (250, 250)
    assert Counted.most <= 3


def test_what_is_told_is_stored_by_then_and_nothing_else(filled, monkeypatch):
    monkeypatch.setattr(staging, "BATCH", 100)
    _staged, told = filled(250)
    assert told == [(100, 100), (200, 200), (250, 250)]
