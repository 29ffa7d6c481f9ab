"""Recency, frequency and contribution from single activities and folded months."""

import random
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crm.readers.models import Activity, FoldedMonth, Reader
from crm.rfc import measuring
from crm.rfc.actions import set_brackets
from crm.rfc.models import Score, ScoreRun
from crm.rfc.queries import PARTS
from crm.staff.models import AuditEvent
from tests.crm.rfc.building import KINDS, NOW, days_ago, does, measured, reader, scores
from tests.factories import ActivityFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_b5_readers_are_placed_by_what_they_did_and_nobody_by_what_is_not_recorded():
    keen, old, only_clicks = reader("keen"), reader("old"), reader("clicks")
    reader("nothing")
    silent, gone = reader("silent", analytics=False), reader("gone", state="left")
    does(keen, KINDS.VISIT, 1, 2, 30, 364)
    does(keen, KINDS.LOAN, 3, 366)
    does(keen, KINDS.VOICE, 0, 50)
    does(keen, KINDS.CLICK, 0.1, 0.2)
    does(old, KINDS.VISIT, 181)
    does(only_clicks, KINDS.CLICK, 1)
    for nobody in (silent, gone):
        ActivityFactory(reader=nobody, at=days_ago(1))

    assert measured() == {"keen": (0, 5, 2, 5, 2, 3), "old": (181, 1, 0, 1, 1, 1)}
    run = ScoreRun.objects.get()
    assert (run.computed_at, run.readers, run.put_off) == (NOW, 2, 0)


def test_edges_belong_to_the_better_bracket():
    for age in (7, 8, 30, 31, 90, 91, 180, 181):
        does(reader(f"{age}"), KINDS.VISIT, age)
    for times in (1, 2, 5, 6):
        does(reader(f"x{times}"), KINDS.VISIT, *[1] * times)

    found = measured()
    assert {name: found[name][3] for name in found if name[0] != "x"} == {
        "7": 5, "8": 4, "30": 4, "31": 3, "90": 3, "91": 2, "180": 2, "181": 1
    }  # fmt: skip
    assert [found[f"x{times}"][4] for times in (1, 2, 5, 6)] == [1, 2, 2, 3]


def test_every_kind_of_activity_counts_for_something_or_is_left_out_on_purpose():
    assert PARTS.keys() == set(Activity.Kind)


#: A link followed and a seat not used are neither use of the library nor a gift.
NOTHING = (KINDS.CLICK, KINDS.VIOLATION)


def by_hand(rows, months) -> dict[int, tuple[date, int, int]]:
    """The same by plain Python: {reader: (last day, uses, gifts)}."""
    span = measuring.span_of(NOW, 365)
    found: dict[int, list] = {}
    for row in rows:
        if row.kind not in NOTHING:
            counts = row.at > span.start
            found.setdefault(row.reader_id, []).append((row.at, row.kind, int(counts)))
    for month in months:
        if month.kind not in NOTHING:
            counts = month.n if month.month >= span.month.date() else 0
            found.setdefault(month.reader_id, []).append((month.last, month.kind, counts))
    gifts = (KINDS.ANSWER, KINDS.VOICE, KINDS.CONTRIBUTION)
    return {
        pk: (
            timezone.localdate(max(at for at, _kind, _n in done)),
            sum(n for _at, kind, n in done if kind not in gifts),
            sum(n for _at, kind, n in done if kind in gifts),
        )
        for pk, done in found.items()
    }


def test_folded_months_and_single_rows_count_together_night_after_night():
    """Against a plain reading; the second night writes the difference alone."""
    chance = random.Random(7)
    readers = [ReaderFactory() for _one in range(12)]
    for night in range(2):
        for _row in range(60):
            kind, age = chance.choice(KINDS.values), chance.uniform(0, 80)
            ActivityFactory(reader=chance.choice(readers[:-1]), kind=kind, at=days_ago(age))
        for _month in range(40):
            first = date(2026 - chance.randint(0, 1), chance.randint(1, 2), 1)
            last = NOW.replace(year=first.year, month=first.month, day=chance.randint(2, 28))
            FoldedMonth.objects.get_or_create(
                reader=chance.choice(readers[:-1]),
                kind=chance.choice(KINDS.values),
                month=first,
                defaults={"n": chance.randint(1, 20), "first": last, "last": last},
            )
        Activity.objects.filter(reader=readers[night]).delete()
        FoldedMonth.objects.filter(reader=readers[night]).delete()

        measuring.measure(as_of=NOW)

        stored = {
            score.reader_id: (score.last_on, score.times, score.contributions)
            for score in Score.objects.all()
        }
        assert stored == by_hand(Activity.objects.all(), FoldedMonth.objects.all())


def test_batches_give_the_same_and_who_leaves_in_between_gets_none(monkeypatch):
    monkeypatch.setattr(measuring, "DIFFERENCE", measuring.DIFFERENCE.replace("/ 5000", "/ 2"))
    people = [reader(f"r{n}") for n in range(7)]
    for one in people:
        does(one, KINDS.VISIT, 1)
    write = measuring.write_batch

    def write_after_somebody_left(batch):
        Reader.objects.filter(pk=people[3].pk).update(analytics=False)
        return write(batch)

    monkeypatch.setattr(measuring, "write_batch", write_after_somebody_left)
    assert measured().keys() == {"r0", "r1", "r2", "r4", "r5", "r6"}
    Activity.objects.filter(reader=people[0]).delete()
    assert "r0" not in measured()


def test_brackets_are_the_librarys_and_every_change_is_written_down():
    does(reader("ann"), KINDS.VISIT, 10, 20)
    assert measured()["ann"][3:] == (4, 2, 1)

    set_brackets(
        recency=[10, 20, 30, 40],
        frequency=[1, 2, 3, 4],
        contribution=[1, 2, 3, 4],
        days=15,
        by=UserFactory(role="administrator"),
    )

    assert measured()["ann"] == (10, 1, 0, 5, 2, 1)
    written = AuditEvent.objects.get(action="score.brackets")
    assert written.detail["before"]["recency"] == [7, 30, 90, 180]
    assert written.detail["after"]["days"] == 15
    assert ScoreRun.objects.get().counted_since == timezone.localdate(NOW - timedelta(days=15))


@pytest.mark.django_db(transaction=True)
def test_reader_whom_somebody_changes_is_put_off_and_nobody_waits():
    """In one run all others are placed; the next one places the reader, too."""
    for name in ("ann", "bob"):
        does(reader(name), KINDS.VISIT, 1)
    held, done = threading.Event(), threading.Event()

    def change_ann():
        with transaction.atomic():
            Reader.objects.filter(name="ann").update(language="en")
            held.set()
            done.wait(30)
        connection.close()

    thread = threading.Thread(target=change_ann)
    thread.start()
    held.wait(30)
    try:
        run = measuring.measure(as_of=NOW)
        assert (run.readers, run.put_off, scores().keys()) == (1, 1, {"bob"})
    finally:
        done.set()
        thread.join()
    assert measured().keys() == {"ann", "bob"}
