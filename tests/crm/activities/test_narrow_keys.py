"""A key that delivers alone reads nothing: no answer says who is a reader, or who was there."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm.accounts.models import ApiToken
from crm.activities import bounds
from crm.activities.bounds import Bound, TooMuch
from crm.imports.models import ImportBatch
from crm.readers.models import Activity, Look
from crm.sources.models import DataSource
from crm.staff.models import AuditEvent
from tests.crm.activities.building import readers, source_named
from tests.crm.activities.test_posting import api, gate, outcomes, post, row, totals
from tests.factories import UserFactory

__all__ = ["api", "gate"]
pytestmark = pytest.mark.django_db

DAYS = {"first": "2026-10-01", "last": "2026-10-01"}


@pytest.fixture
def narrow(api):
    ApiToken.objects.update(scope=ApiToken.Scope.ACTIVITIES)
    return api


def test_who_is_a_reader_and_who_was_there_is_the_same_to_a_narrow_key(api, gate):
    readers("A1", "A2")
    assert totals(post(api, gate, [row("A1")], key="wide")) == (1, 0, 0)
    ApiToken.objects.update(scope=ApiToken.Scope.ACTIVITIES)
    # One who was there, one who was not, and nobody: alone, with whole days, dry and in earnest.
    for dry in (True, False):
        for more in ({}, DAYS):
            told = []
            for n, number in enumerate(("A1", "A2", "X9")):
                key = "" if dry else f"{n} {more}"
                answer = post(api, gate, [row(number)], key=key, dry_run=dry, **more)
                body = answer.json()
                body |= {"batch": None, "page": ""}
                told.append((answer.status_code, body))
            assert told[0] == told[1] == told[2], (dry, more)
            assert told[0][1]["rows"] == []
            assert told[0][1]["activities"] == {"told": 1, "new": None, "known": None, "refused": 0}
            # Days are whole by how many rows were refused, and campuses there by who came.
            assert told[0][1]["coverage"] == told[0][1]["campuses_added"] == []
    # The rows came in all the same, and staff read in the report what became of them.
    assert set(Activity.objects.values_list("reader__number", flat=True)) == {"A1", "A2"}
    assert ImportBatch.objects.filter(refused=1).count() == 2


def test_what_is_wrong_with_a_row_in_itself_is_told_to_a_narrow_key(narrow, gate):
    readers("A1")
    rows = [row("X9"), row(at="昨天"), row(campus="nowhere"), row("", count=3), row()]
    for key, dry in (("", True), ("k1", False)):
        answer = post(narrow, gate, rows, key=key, dry_run=dry)
        assert [one["row"] for one in answer.json()["rows"]] == [1, 2, 3]
        assert [reason for _refused, reason in outcomes(answer)] == [
            "bad-date",
            "unknown-campus",
            "missing-number",
        ]
        assert totals(answer) == (None, None, 5)
    added = post(narrow, gate, [row(campus="北馆")], key="k2", create_campuses=True)
    assert (added.status_code, set(added.json())) == (400, {"create_campuses"})
    again = post(narrow, gate, rows, dry_run=False)
    assert (again["Idempotent-Replayed"], again.json()) == ("true", answer.json())
    # A dry run looks nobody up: what was weighed is one batch.
    assert Look.objects.count() == 1
    events = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(events) == ["import.preview", "import.upload", "import.done"]


def test_a_day_has_so_many_strangers_refused_rows_and_requests(api, gate, monkeypatch):
    readers("A1")
    monkeypatch.setattr(bounds, "STRANGERS", Bound("strangers of a test", 5))
    monkeypatch.setattr(bounds, "REFUSED", Bound("refused of a test", 7))
    strangers = [row(f"X{n}") for n in range(6)]
    assert post(api, gate, strangers, key="", dry_run=True).status_code == 200
    for answer in (post(api, gate, [row()]), post(api, gate, [row()], key="", dry_run=True)):
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 86_400
    # A gate of many strangers learns nothing of them, and goes on; what it may leave is bounded.
    ApiToken.objects.update(scope="activities")
    assert post(api, gate, strangers, key="k2").status_code == 201
    assert post(api, gate, strangers, key="k3").status_code == 201
    assert post(api, gate, strangers, key="k4").status_code == 429
    assert ImportBatch.objects.count() == 2


def test_a_bound_counts_many_at_once_and_is_each_account_s_own(librarian):
    manager = UserFactory(role="manager")
    bound = Bound("a test", 10)
    bound.spend(librarian, 6)
    with pytest.raises(TooMuch):
        bound.spend(librarian, 6)
    # A refused one took nothing.
    bound.spend(librarian, 4)
    with pytest.raises(TooMuch):
        bound.ask(librarian)
    bound.spend(manager, 10)
    bound.charge(manager, 5)
    with pytest.raises(TooMuch):
        bound.ask(manager)


def test_a_source_that_keeps_no_names_takes_none_from_a_program(api, gate):
    """What readers were promised once and for all, a request had broken."""
    (reader,) = readers("A1")
    DataSource.objects.filter(pk=gate.pk).update(named=False)
    for more in ({}, {"dry_run": True}):
        answer = post(api, gate, [row()], **more)
        assert (answer.status_code, set(answer.json())) == (400, {"source"})
    # And whoever is the application cannot either.
    refused = partial(pytest.raises, IntegrityError, match="no names")
    stored = {"reader": reader, "kind": "visit", "at": timezone.now(), "ref": "1"}
    with refused(), transaction.atomic():
        Activity.objects.create(source=gate.code, **stored)
    with refused(), transaction.atomic():
        DataSource.objects.filter(pk=gate.pk).update(named=True)
    Activity.objects.create(source=source_named().code, **stored)
    with pytest.raises(IntegrityError, match="under readers"), transaction.atomic():
        DataSource.objects.filter(pk=source_named().pk).update(named=False)


@pytest.mark.parametrize("field", ["dry_run", "create_campuses"])
@pytest.mark.parametrize("wrong", [1, 0, "true", "yes", "false", None])
def test_what_is_no_boolean_is_refused_and_writes_nothing(api, gate, field, wrong):
    readers("A1")
    answer = post(api, gate, [row()], **{field: wrong})
    assert (answer.status_code, set(answer.json())) == (400, {field})
    assert not Activity.objects.exists()
