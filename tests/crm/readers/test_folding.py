"""Single activities become months, and every answer stays what it was."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from core.terms import Busy, Over, registered
from crm.clock import nightly
from crm.clock.models import Night
from crm.imports.undoing import untouched
from crm.readers import folding
from crm.readers.models import Activity, FoldedMonth, FoldedRef, Reader
from crm.readers.models.activity import key_of
from crm.readers.profile import activity_counts
from crm.segments.compile import compile_rule
from crm.segments.rule import RuleError
from crm.staff.models import AuditEvent
from tests import clock, servers
from tests.clock import figures_are_computed
from tests.factories import ImportBatchFactory, ReaderFactory
from tests.feedback.verbs import elsewhere, somebody_waits

pytestmark = pytest.mark.django_db

KINDS = list(Activity.Kind.values)
LIBRARY = timezone.get_default_timezone()


def now() -> datetime:
    return timezone.now()


def write(rows) -> None:
    """(reader, kind, at) as single rows, each with a reference of its own."""
    start = Activity.objects.count() + FoldedRef.objects.count()
    rows = [
        (reader.pk, kind, at, "gate", str(start + number))
        for number, (reader, kind, at) in enumerate(rows)
    ]
    assert Activity.objects.log(rows) == len(rows)
    all_counted()


def all_counted() -> None:
    """The daily figures know of every row: none waits for them."""
    figures_are_computed()
    Activity.objects.filter(late=True).update(late=False)


def midnight(days_ago: int) -> datetime:
    at = timezone.localtime(now()) - timedelta(days=days_ago)
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def fold_all(days_ago: int = 90, *, kept=(), most: int = 7) -> int:
    """As the clock does it, in batches; returns how many rows. What a night did is written down."""
    over, folded = Over(midnight(days_ago), tuple(kept), most), 0
    while n := folding.fold(over):
        folded += n
    Night.objects.update_or_create(
        code="activities",
        night=timezone.localdate() - timedelta(days=days_ago),
        defaults={"before": over.before, "removed": max(folded, 1)},
    )
    return folded


def selected(condition: dict) -> set[int]:
    sql, params = compile_rule({"test": "activity"} | condition)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {pk for (pk,) in cursor.fetchall()}


# --- random worlds --------------------------------------------------------------------------------
def world(seed: int) -> random.Random:
    """Eight readers who did this and that within two years, often on the edges of months."""
    chance = random.Random(seed)
    readers = [ReaderFactory() for _reader in range(8)]
    rows = []
    for reader in readers[:-1]:
        for _row in range(chance.randint(0, 30)):
            at = now() - timedelta(days=chance.uniform(0, 730))
            if chance.random() < 0.3:
                at = folding.month_of(at) + timedelta(seconds=chance.choice([-1, 0, 1]))
            rows.append((reader, chance.choice(KINDS[:3]), at))
    write(rows)
    return chance


def asked(chance: random.Random) -> list[dict]:
    """Conditions of every kind: ever, never, within few and many days."""
    found = [{"kind": "any", "cmp": "le", "n": 0}, {"kind": KINDS[0], "cmp": "le", "n": 0}]
    for _one in range(25):
        condition = {
            "kind": chance.choice(["any", *KINDS[:3]]),
            "cmp": chance.choice(["ge", "le"]),
            "n": chance.randint(0, 6),
        }
        if chance.random() < 0.8:
            condition["days"] = chance.randint(1, 800)
        found.append(condition)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_answer_is_the_same_before_and_after_the_fold(seed):
    chance = world(seed)
    questions = asked(chance)
    before = [selected(one) for one in questions]
    totals = [activity_counts(reader) for reader in Reader.objects.order_by("pk")]

    start = midnight(chance.randint(200, 500))
    kept = [(start, start + timedelta(days=chance.randint(1, 90)))]
    folded = fold_all(kept=kept)

    assert folded > 0
    assert [selected(one) for one in questions] == before
    after = [activity_counts(reader) for reader in Reader.objects.order_by("pk")]
    assert [set(map(str, rows)) for rows in after] == [set(map(str, rows)) for rows in totals]
    # All that was kept is there, and nothing else that is older than the term.
    old = Activity.objects.filter(at__lt=midnight(90))
    assert old.count() == old.filter(at__gte=kept[0][0], at__lt=kept[0][1]).count()


def test_window_that_cuts_a_folded_month_begins_with_the_whole_month_before_and_after():
    early, late = ReaderFactory(), ReaderFactory()
    month = folding.month_of(now() - timedelta(days=200))
    write([(early, "visit", month), (late, "visit", month + timedelta(days=20))])
    # Begins on the 10th of the month in which both came.
    days = (now() - month).days - 9
    question = {"kind": "visit", "cmp": "ge", "n": 1, "days": days}

    before = selected(question)
    fold_all()

    assert before == selected(question) == {early.pk, late.pk}


def test_young_window_is_exact_and_reads_single_rows_alone():
    reader = ReaderFactory()
    write([(reader, "visit", now() - timedelta(days=60, minutes=1))])
    sql, _params = compile_rule(
        {"test": "activity", "kind": "visit", "cmp": "ge", "n": 1, "days": 60}
    )
    assert "crm_foldedmonth" not in sql
    assert selected({"kind": "visit", "cmp": "ge", "n": 1, "days": 60}) == set()
    assert selected({"kind": "visit", "cmp": "ge", "n": 1, "days": 61}) == {reader.pk}


def test_day_that_was_folded_since_is_refused_with_words_and_not_answered_wrongly():
    write([(ReaderFactory(), "visit", now() - timedelta(days=150))])
    fold_all()
    with pytest.raises(RuleError, match="只知道月份"):
        compile_rule(
            {"test": "activity", "kind": "visit", "cmp": "ge", "n": 1},
            as_of=now() - timedelta(days=120),
        )


def test_longer_term_brings_no_folded_row_back_and_no_wrong_answer():
    """Rows folded under a term of 40 days stay months when the term is 90 again."""
    reader = ReaderFactory()
    write([(reader, "visit", now() - timedelta(days=60))])
    fold_all(40)
    for days, answer in ((10, set()), (61, {reader.pk}), (89, {reader.pk})):
        assert selected({"kind": "visit", "cmp": "ge", "n": 1, "days": days}) == answer


def test_row_that_came_late_is_not_due_before_it_is_counted():
    write([(ReaderFactory(), "visit", now() - timedelta(days=100))] * 2)
    late = Activity.objects.first()
    Activity.objects.filter(pk=late.pk).update(late=True)
    assert folding.due(Over(midnight(90))) == 1


def test_night_that_folded_nothing_moves_no_edge():
    Night.objects.create(code="activities", night=timezone.localdate(), before=midnight(10))
    assert folding.edge(now()) == midnight(90)


# --- folding itself -------------------------------------------------------------------------------
def test_months_are_the_library_s_own_and_say_first_and_last():
    reader = ReaderFactory()
    # Five to midnight and five past it in Shanghai: two months, one day of UTC.
    last = datetime(2025, 3, 31, 15, 55, tzinfo=UTC)
    first = datetime(2025, 3, 31, 16, 5, tzinfo=UTC)
    write([(reader, "loan", last), (reader, "loan", first), (reader, "loan", first)])

    assert fold_all() == 3

    rows = reader.folded_months.order_by("month").values_list("month", "n", "first", "last")
    assert [(str(month), *rest) for month, *rest in rows] == [
        ("2025-03-01", 1, last, last),
        ("2025-04-01", 2, first, first),
    ]


def test_folding_again_and_late_rows_add_and_count_nothing_twice():
    """Fault 15. Run twice, and a source that offers again what is folded, changes nothing."""
    reader = ReaderFactory()
    at = now() - timedelta(days=200)
    rows = [(reader.pk, "visit", at, "gate", "1"), (reader.pk, "visit", at, "gate", "2")]
    Activity.objects.log(rows)
    all_counted()
    assert (fold_all(), fold_all()) == (2, 0)

    # The gate's file comes again with one row more.
    assert Activity.objects.log([*rows, (reader.pk, "visit", at, "gate", "3")]) == 1
    assert Activity.objects.log([(reader.pk, "visit", at, "gate", "3")]) == 1
    assert fold_all() == 0
    all_counted()
    assert (fold_all(), fold_all()) == (1, 0)

    assert [row.n for row in FoldedMonth.objects.all()] == [3]
    assert Activity.objects.count() == 0


def test_fold_that_is_broken_off_leaves_every_row_once():
    reader = ReaderFactory()
    write([(reader, "visit", now() - timedelta(days=100 + day)) for day in range(50)])
    with transaction.atomic():
        assert folding.fold(Over(midnight(90), (), 20)) == 20
        transaction.set_rollback(True)
    assert (Activity.objects.count(), FoldedMonth.objects.count()) == (50, 0)
    folding.fold(Over(midnight(90), (), 20))
    counted = sum(row.n for row in FoldedMonth.objects.all())
    assert (Activity.objects.count(), counted, FoldedRef.objects.count()) == (30, 20, 20)


def test_key_of_the_application_is_that_of_the_function():
    reader = ReaderFactory()
    Activity.objects.log([(reader.pk, "visit", now() - timedelta(days=100), "门禁", "a\\n'b")])
    all_counted()
    fold_all()
    (key,) = FoldedRef.objects.values_list("key", flat=True)
    assert key == key_of("门禁", "a\\n'b")


def test_row_of_no_known_kind_is_folded_too():
    Activity.objects.create(
        reader=ReaderFactory(), kind="later", at=now() - timedelta(days=99), source="x", ref="1"
    )
    all_counted()
    assert fold_all() == 1


def test_function_refuses_young_rows_whoever_asks_and_writes_an_audit_row():
    write([(ReaderFactory(), "visit", now() - timedelta(days=20))])
    with pytest.raises(Exception, match="30 days at least"), transaction.atomic():
        folding.fold(Over(now() - timedelta(days=10)))
    assert fold_all(30) == 0
    assert not AuditEvent.objects.filter(action="retention.fold").exists()

    write([(ReaderFactory(), "visit", now() - timedelta(days=31))])
    fold_all(30)
    assert AuditEvent.objects.get(action="retention.fold").detail["rows"] == 1


def test_application_takes_no_mark_back():
    """What was counted stays counted: no mark is removed but by the owner."""
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        FoldedRef.objects.all()._raw_delete("default")


def somebody_else():
    """A connection of its own to the same database."""
    asked = connection.get_connection_params()
    names = ("dbname", "user", "host", "port", "password")
    return psycopg2.connect(**{name: asked[name] for name in names if name in asked})


def hold_as_who_appends(other) -> None:
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('huixiang.fold'))")


def night_of_activities() -> Night:
    return Night.objects.get(code="activities")


@pytest.mark.django_db(transaction=True)
def test_night_in_which_somebody_appends_all_the_time_is_not_finished_and_the_others_are_done():
    """It said that it had ended, with rows that were due still there."""
    clock.figures_are_computed()
    write([(ReaderFactory(), "visit", now() - timedelta(days=100))])
    other = somebody_else()
    try:
        hold_as_who_appends(other)
        assert nightly.run_night(night=timezone.localdate(), seconds=0.1) is False
        assert (night_of_activities().ended_at, Activity.objects.count()) == (None, 1)
        assert not Night.objects.exclude(code="activities").filter(ended_at=None).exists()
        other.rollback()
        assert nightly.run_night(night=timezone.localdate())
    finally:
        other.close()
    assert night_of_activities().ended_at is not None
    assert Activity.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_night_waits_for_who_appends_and_then_folds():
    clock.figures_are_computed()
    write([(ReaderFactory(), "visit", now() - timedelta(days=100))])
    other = somebody_else()
    try:
        hold_as_who_appends(other)
        with ThreadPoolExecutor(1) as pool:
            night = pool.submit(elsewhere, lambda: nightly.run_night(night=timezone.localdate()))
            servers.wait_for(somebody_waits)
            other.rollback()
            assert night.result(timeout=60)
    finally:
        other.close()
    assert night_of_activities().removed == 1


@pytest.mark.django_db(transaction=True)
def test_kind_that_was_busy_is_tried_again_after_the_others():
    clock.figures_are_computed()
    write([(ReaderFactory(), "visit", now() - timedelta(days=100))])
    others = Night.objects.exclude(code="activities").filter(ended_at__isnull=False)
    other = somebody_else()
    try:
        hold_as_who_appends(other)
        with ThreadPoolExecutor(1) as pool:
            night = pool.submit(elsewhere, lambda: nightly.run_night(night=timezone.localdate()))
            # Those that come later are done only once the fold has given up for now.
            servers.wait_for(lambda: others.count() == len(registered()) - 1)
            other.rollback()
            assert night.result(timeout=60)
    finally:
        other.close()
    assert night_of_activities().removed == 1


@pytest.mark.django_db(transaction=True)
def test_process_killed_in_the_middle_of_a_batch_loses_nothing_and_counts_nothing_twice(tmp_path):
    """Fault 15. kill -9 while the statement that folds is at work, and the night once more."""
    clock.figures_are_computed()
    reader = ReaderFactory()
    write([(reader, "visit", now() - timedelta(days=100 + day)) for day in range(200)])
    other = somebody_else()
    try:
        with other.cursor() as cursor:
            # It has taken its rows out, and waits to write the months.
            cursor.execute("LOCK TABLE crm_foldedmonth IN SHARE MODE")
        night = "from crm.clock.tasks import keep_time; keep_time()"
        command = ["manage.py", "shell", "-c", night]
        with servers.process(command, tmp_path / "night.log") as running:
            servers.wait_for(lambda: running.process.poll() is not None or somebody_waits(), 60)
            assert running.process.poll() is None, running.output()
            running.kill()
    finally:
        other.close()
    servers.wait_for(lambda: not somebody_holds_folding())
    assert (Activity.objects.count(), FoldedMonth.objects.count()) == (200, 0)
    assert (FoldedRef.objects.count(), night_of_activities().removed) == (0, 0)

    assert nightly.run_night(night=timezone.localdate())

    assert sum(row.n for row in FoldedMonth.objects.all()) == FoldedRef.objects.count() == 200
    assert (Activity.objects.count(), night_of_activities().removed) == (0, 200)


def somebody_holds_folding() -> bool:
    """Whether the server still works for whoever was killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_folded_while_activities_are_being_appended():
    """Appending holds folding off, so that a row is either there or counted."""
    write([(ReaderFactory(), "visit", now() - timedelta(days=100))])
    other = somebody_else()
    try:
        hold_as_who_appends(other)
        with pytest.raises(Busy), transaction.atomic():
            folding.fold(Over(midnight(90)))
        other.rollback()
        assert folding.fold(Over(midnight(90))) == 1
    finally:
        other.close()


# --- leaving, switching off -----------------------------------------------------------------------
def test_undone_import_keeps_a_reader_of_whom_months_are_known():
    batch = ImportBatchFactory(merged_at=now(), state="done")
    one, other = ReaderFactory(import_batch=batch), ReaderFactory(import_batch=batch)
    Reader.objects.update(updated_at=batch.merged_at)
    write([(one, "visit", now() - timedelta(days=100))])
    fold_all()
    assert list(untouched(batch)) == [other]
