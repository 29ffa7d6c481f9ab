"""Activities that a program sends: the vocabulary and the rules of files, once for each key."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core.terms import Over
from crm.accounts.models import ApiToken
from crm.activities import posting
from crm.imports.actions import run_import
from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file
from crm.readers import folding
from crm.readers.models import Activity, FoldedMonth, Identity, Look, NumberSystem, Reader
from crm.receipts.models import KeptAnswer
from crm.receipts.tasks import forget_receipts
from crm.sources.coverage import covered
from crm.sources.days import Recorded
from crm.sources.models import CoveredSpan
from crm.staff.models import AuditEvent, Campus
from tests.clock import figures_are_computed
from tests.core.building import client_of
from tests.crm.activities.building import imported, readers, source_named, undone, uploaded
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 1)


@pytest.fixture
def gate(db):
    return source_named("东馆闸机", ("visit",))


@pytest.fixture
def api(librarian):
    return client_of(librarian)


def row(number="A1", at="2026-10-01T09:00:00+08:00", **more) -> dict:
    return {"system": "library", "number": number, "kind": "visit", "at": at} | more


def post(api, source, rows, key="k1", **more):
    headers = {"Idempotency-Key": key} if key else {}
    body = {"source": source.code, "rows": rows} | more
    return api.post(reverse("api:activities"), body, format="json", headers=headers)


def outcomes(answer) -> list[tuple[str, str]]:
    return [(one["outcome"], one["reason"]) for one in answer.json()["rows"]]


def totals(answer) -> tuple[int, int, int]:
    found = answer.json()["activities"]
    return found["new"], found["known"], found["refused"]


# --- what comes in --------------------------------------------------------------------------------
def test_rows_are_taken_in_refused_and_told_one_by_one(api, gate, librarian):
    readers("A1", "A2")
    Reader.objects.filter(number="A2").update(analytics=False)
    CampusFactory(code="east", name_zh="东馆")
    rows = [row(campus="东馆"), row("A2"), row("X9"), row(at="昨天"), row(campus="西馆"), row("")]
    answer = post(api, gate, [*rows, row(at="2026-10-01", time="18:30", count=3)])

    assert answer.status_code == 201
    assert outcomes(answer) == [
        ("new", ""),
        ("known", ""),
        ("refused", "unknown-reader"),
        ("refused", "bad-date"),
        ("refused", "unknown-campus"),
        ("refused", "missing-number"),
        ("new", ""),
    ]
    assert answer.json()["rows"][6]["activities"] == 3
    assert (totals(answer), answer.json()["activities"]["told"]) == ((4, 1, 4), 9)
    kept = Activity.objects.values_list("kind", "source", "import_run", "campus__code").distinct()
    batch = ImportBatch.objects.get()
    assert set(kept) == {("visit", gate.code, batch.pk, place) for place in ("east", None)}
    # An import like any other: in the list, with its report, and its refused rows.
    assert answer.json()["page"] == batch.get_absolute_url()
    assert (batch.state, batch.created, batch.refused, batch.rows) == ("done", 4, 4, 9)
    assert [refusal.line for refusal in batch.refusals.all()] == [3, 4, 5, 6]
    assert batch.refusals.get(line=3).raw[0] == "X9"
    told = Look.objects.filter(user=librarian).values_list("readers", flat=True)
    assert set(told[0]) == set(Reader.objects.values_list("pk", flat=True))
    done = AuditEvent.objects.filter(action__startswith="import.").order_by("pk")
    assert [event.action for event in done] == ["import.upload", "import.done"]


def test_days_are_recorded_wholly_where_the_program_says_so_and_else_in_part(api, gate):
    readers("A1")
    alone = post(api, gate, [row()])
    assert alone.json()["coverage"] == [
        {
            "campus": None,
            "first": "2026-10-01",
            "last": "2026-10-01",
            "recorded": "part",
            "kinds": ["visit"],
        }
    ]
    assert covered("visit", DAY, DAY).state == Recorded.PART
    # A few rows every minute record no day again and again.
    post(api, gate, [row(at="2026-10-01 10:00")], key="k2")
    assert CoveredSpan.objects.count() == 1
    # Nothing happened there: that is a zero, and told.
    quiet = post(api, gate, [], key="k3", first="2026-10-01", last="2026-10-02")
    assert (quiet.status_code, totals(quiet)) == (201, (0, 0, 0))
    assert covered("visit", DAY, date(2026, 10, 2)).is_whole
    # Too many refused rows leave the days in part, as in files; refused rows alone tell nothing.
    days = {"first": "2026-10-05", "last": "2026-10-05"}
    strange = [row("X9", "2026-10-05"), row("X8", "2026-10-05")]
    assert post(api, gate, strange, key="k4", **days).json()["coverage"] == []
    some = post(api, gate, [*strange, row("A1", "2026-10-05")], key="k5", **days)
    assert some.json()["coverage"][0]["recorded"] == "part"


def test_what_a_file_brought_a_program_does_not_bring_again_and_the_other_way_round(api, gate):
    readers("A1")
    imported("读者证号,入馆时间\nA1,2026-10-01 09:00:00\n", "visits", source=gate)
    assert outcomes(post(api, gate, [row(), row(at="2026-10-02 09:00")])) == [
        ("known", ""),
        ("new", ""),
    ]
    again = imported("读者证号,入馆时间\nA1,2026-10-02 09:00:00\n", "visits", source=gate)
    assert (again.created, again.unchanged) == (0, 1)
    # By the number of the row as well; a renewal is told from the loan of the same number.
    books = source_named()
    loans = [row(kind="loan", ref="7"), row(kind="renewal", ref="7")]
    assert totals(post(api, books, loans, key="k2")) == (2, 0, 0)
    file = "读者证号,借出时间,流水号,操作\nA1,2026-10-01,7,借\nA1,2026-10-01,7,续借\n"
    assert imported(file, source=books).unchanged == 2


def test_one_number_in_two_systems_is_two_readers(api, gate):
    NumberSystem.objects.get_or_create(code="card", defaults={"name_zh": "校区卡"})
    (first,) = readers("5")
    (other,) = readers("5", source="card")
    third = readers("B7")[0]
    Identity.objects.create(reader=third, system_id="card", number="77")
    rows = [row("5"), row("5", system="card"), row("77", system="card")]
    assert totals(post(api, gate, rows)) == (3, 0, 0)
    assert set(Activity.objects.values_list("reader", flat=True)) == {first.pk, other.pk, third.pk}
    # In files as well: one of each system with the same number at the same moment.
    for system in ("library", "card"):
        batch = uploaded("读者证号,入馆时间\n5,2026-10-09 09:00\n", "visits", source=gate)
        ImportBatch.objects.filter(pk=batch.pk).update(source=system)
        import_file(run_import(batch=batch, by=None).pk)
        assert ImportBatch.objects.get(pk=batch.pk).created == 1, system


def test_rows_of_days_that_were_noted_as_lost_are_recorded_all_the_same(api, gate):
    readers("A1")
    lost = CoveredSpan.State.LOST
    CoveredSpan.objects.create(source=gate, first=DAY, last=DAY, state=lost, tells=["visit"])
    assert totals(post(api, gate, [row()])) == (1, 0, 0)
    assert covered("visit", DAY, DAY).state == Recorded.PART


def test_a_dry_run_says_the_same_and_writes_nothing(api, gate):
    readers("A1")
    rows = [row(campus="北馆"), row("X9")]
    dry = post(api, gate, rows, key="", dry_run=True, create_campuses=True)
    assert (dry.status_code, dry.json()["batch"], dry.json()["page"]) == (200, None, "")
    assert dry.json()["campuses_added"] == ["北馆"]
    for model in (Activity, ImportBatch, CoveredSpan, Campus, KeptAnswer):
        assert not model.objects.exists(), model
    # That it was asked is written down, with how many numbers were no reader's.
    event = AuditEvent.objects.get()
    asked = (event.action, event.detail["strangers"], event.detail["rows"])
    assert asked == ("import.preview", 1, 2)
    wet = post(api, gate, rows, create_campuses=True)
    same = ("rows", "activities", "coverage", "campuses_added")
    told = {name: wet.json()[name] for name in same}
    # The campus has a code by now.
    told["coverage"][0]["campus"] = dry.json()["coverage"][0]["campus"]
    assert told == {name: dry.json()[name] for name in same}


def test_posted_rows_fold_like_others_and_are_not_brought_again(api, gate):
    readers("A1")
    old = "2026-03-02 09:00"
    post(api, gate, [row(at=old)])
    ImportBatch.objects.update(merged_at=timezone.now() - timedelta(days=31))
    figures_are_computed()
    Activity.objects.update(late=False)
    folding.fold(Over(timezone.now() - timedelta(days=90)))
    assert (Activity.objects.count(), FoldedMonth.objects.get().n) == (0, 1)
    assert outcomes(post(api, gate, [row(at=old)], key="k2")) == [("known", "")]


def test_batches_are_taken_back_with_the_campus_they_made_and_days_pass_on(api, gate):
    readers("A1")
    first = post(api, gate, [row(campus="北馆")], create_campuses=True).json()["batch"]
    post(api, gate, [row(campus="北馆", at="2026-10-01 11:00")], key="k2")
    undone(ImportBatch.objects.get(pk=first))
    assert Activity.objects.count() == 1
    # The other batch has a row on that day: it stays recorded in part.
    assert covered("visit", DAY, DAY).state == Recorded.PART
    undone(ImportBatch.objects.exclude(pk=first).get())
    for model in (Activity, CoveredSpan, Campus):
        assert not model.objects.exists(), model


# --- what is refused whole ------------------------------------------------------------------------
def test_titles_and_whatever_is_not_listed_are_refused_by_name_and_kept_nowhere(api, gate):
    readers("A1")
    answer = post(api, gate, [row(), row(title="三体", isbn="9787536692930")], note="x")
    assert answer.status_code == 400
    assert set(answer.json()) == {"note"}
    answer = post(api, gate, [row(), row(title="三体", isbn="9787536692930")])
    assert answer.status_code == 400
    assert set(answer.json()["rows"]) == {"1"}
    assert set(answer.json()["rows"]["1"]) == {"title", "isbn"}
    assert "三体" not in answer.content.decode()
    isbn = post(api, gate, [row(ref="978-7-5063-6543-7")])
    assert (isbn.status_code, set(isbn.json())) == (400, {"rows"})
    assert not ImportBatch.objects.exists()
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"rows": [row(system="nowhere")]}, "system"),
        ({"rows": [{"number": "A1", "kind": "visit", "at": "2026-10-01"}]}, "system"),
        ({"rows": [row(kind="loan")]}, "rows"),
        ({"rows": [row(kind="click")]}, "rows"),
        ({"rows": [row(ref="1"), row()]}, "rows"),
        ({"rows": [row(ref="1", count=2)]}, "rows"),
        ({"rows": [row(count=101)]}, "rows"),
        ({"rows": []}, "rows"),
        ({"rows": [row()] * 1001}, "rows"),
        ({"rows": [row(count=100)] * 101}, "rows"),
        ({"rows": "x"}, "rows"),
        ({"rows": [row(at=None)]}, "rows"),
        ({"rows": [row()], "first": "2026-10-01"}, "last"),
        ({"rows": [row()], "first": "2026-10-02", "last": "2026-10-01"}, "last"),
        ({"rows": [row()], "first": "2026-10-02", "last": "2199-10-01"}, "last"),
        ({"rows": [row()], "campuses": ["nowhere"]}, "campuses"),
    ],
)
def test_a_batch_that_is_wrong_is_refused_with_its_field(api, gate, more, field):
    answer = post(api, gate, **more)
    assert (answer.status_code, set(answer.json())) == (400, {field})
    assert not ImportBatch.objects.exists()
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "null",
        "{}",
        '{"dry_run": true}',
        '{"\\ud800": 1}',
        '{"rows": [null]}',
        '{"rows": [[]]}',
    ]
    + ['{"source": "\\ud800", "rows": []}', '{"source": "\\u0000", "rows": []}', "{", "NaN"]
    + ['{"source": "a\\u0000", "system": "b\\u0000", "rows": []}']
    + ['{"source": "x", "rows": [{"number": "\\ud800"}]}']
    + ['{"source": {}, "rows": [{"at": {}}]}', '{"rows": {"0": 1}, "first": 9}'],
)
def test_a_hostile_body_is_refused(api, body):
    answer = api.post(
        reverse("api:activities"),
        body,
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )
    assert answer.status_code == 400


def test_what_a_row_may_not_hold_is_refused_and_a_number_may_be_one(api, gate):
    readers("42")
    for wrong in ("A\x001", True, [], {}, None):
        assert post(api, gate, [row(wrong)]).status_code == 400, wrong
    assert outcomes(post(api, gate, [row(42, at=20261001)])) == [("new", "")]


def test_too_large_a_body_and_a_source_nobody_knows_are_refused(api, gate):
    body = {"source": "nowhere", "rows": [row()]}
    headers = {"Idempotency-Key": "k1"}
    answer = api.post(reverse("api:activities"), body, format="json", headers=headers)
    assert (answer.status_code, set(answer.json())) == (400, {"source"})
    answer = post(api, gate, [row()], first="x" * (1 << 20))
    assert answer.status_code == 400
    assert "1048576" in answer.content.decode()


# --- keys -----------------------------------------------------------------------------------------
def test_the_same_key_gives_the_same_answer_and_takes_nothing_in_twice(api, gate):
    readers("A1")
    assert post(api, gate, [row()], key="").status_code == 400
    assert post(api, gate, [row()], key="k" * 101).status_code == 400
    first = post(api, gate, [row()])
    again = post(api, gate, [row()])
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert ImportBatch.objects.count() == Activity.objects.count() == 1
    other = post(api, gate, [row(at="2026-10-02")])
    assert other.status_code == 422
    # Somebody else's key of the same name is another one.
    neighbour = client_of(UserFactory(role="librarian"))
    assert outcomes(post(neighbour, gate, [row()])) == [("known", "")]
    # What was wrong was not done: the same key may bring it mended.
    assert post(api, gate, [row(kind="loan")], key="k9").status_code == 400
    assert post(api, gate, [row(at="2026-10-03")], key="k9").status_code == 201

    KeptAnswer.objects.update(at=timezone.now() - timedelta(days=8))
    forget_receipts()
    assert not KeptAnswer.objects.exists()
    # Also then nothing doubles.
    assert outcomes(post(api, gate, [row()])) == [("known", "")]


@pytest.mark.django_db(transaction=True)
def test_of_two_posts_at_once_with_one_key_one_is_taken_in(librarian, gate, monkeypatch):
    readers("A1")
    api = client_of(librarian)
    both, found = Barrier(2, timeout=60), []
    weigh = posting.PostedMerge.weigh

    def slowly(merge, **how):
        # The second post has had its answer before the first goes on.
        both.wait()
        both.wait()
        weigh(merge, **how)

    monkeypatch.setattr(posting.PostedMerge, "weigh", slowly)

    def first():
        try:
            found.append(post(api, gate, [row()]).status_code)
        finally:
            connection.close()

    thread = Thread(target=first)
    thread.start()
    both.wait()
    second = post(api, gate, [row()])
    both.wait()
    thread.join()
    assert (second.status_code, second["Retry-After"], found) == (409, "1", [201])
    assert post(api, gate, [row()])["Idempotent-Replayed"] == "true"
    assert Activity.objects.count() == ImportBatch.objects.count() == 1


# --- who may --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("librarian", 201)])
def test_only_who_may_import_readers_may_send(gate, role, status):
    readers("A1")
    assert post(client_of(UserFactory(role=role)), gate, [row()]).status_code == status


@pytest.mark.parametrize(
    ("scope", "sends", "reads"), [("all", 201, 200), ("read", 403, 200), ("activities", 201, 403)]
)
def test_a_key_opens_what_it_was_made_for(api, gate, scope, sends, reads):
    readers("A1")
    ApiToken.objects.update(scope=scope)
    assert post(api, gate, [row()]).status_code == sends
    for name in ("reader-list", "segment-list", "campaign-list", "schema"):
        assert api.get(reverse(f"api:{name}")).status_code == reads, name
    assert api.delete(reverse("api:token")).status_code == 204


def test_staff_of_one_campus_send_rows_of_theirs_alone(gate):
    own, other = CampusFactory(code="own"), CampusFactory(code="other")
    readers("A1", "A2", "A3")
    Reader.objects.filter(number="A1").update(campus=own)
    Reader.objects.filter(number="A2").update(campus=other)
    program = client_of(UserFactory(role="librarian", campus=own))
    days = {"first": "2026-10-01", "last": "2026-10-01"}
    answer = post(program, gate, [row(campus="own"), row(campus="other")], **days)
    assert outcomes(answer) == [("new", ""), ("refused", "other-place")]
    assert post(program, gate, [], key="k2", campuses=["other"], **days).status_code == 400
    assert answer.json()["coverage"][0]["campus"] == "own"
    assert (
        post(program, gate, [row(campus="own")], key="k2", create_campuses=True).status_code == 201
    )
    assert other.pk not in Activity.objects.values_list("campus", flat=True)
    # Of whom they may not open they are not told, nor do they write into the record.
    for key, dry in (("", True), ("k3", False)):
        asked = post(program, gate, [row("A2"), row("A3"), row("X9")], key=key, dry_run=dry)
        assert outcomes(asked) == [("refused", "unknown-reader")] * 3
    assert set(Activity.objects.values_list("reader__number", flat=True)) == {"A1"}
    looks = Look.objects.filter(readers__isnull=False).values_list("readers", flat=True)
    (theirs,) = Reader.objects.filter(number="A1").values_list("pk", flat=True)
    assert {reader for seen in looks for reader in seen} == {theirs}
