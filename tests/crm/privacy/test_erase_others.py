"""Erasing somebody takes nothing from anybody else."""

from importlib import import_module

import pgtrigger
import pytest
from django.db import connection
from django.utils import timezone

from crm.accounts.models import KeptForm
from crm.imports.models import ImportRefusal
from crm.privacy import actions, traces
from crm.readers.actions import update_reader
from crm.readers.models import Reader, Suppression
from crm.staff.actions import change_user
from crm.staff.models import AuditEvent, User
from tests import factories
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def erase(reader: Reader, by=None) -> None:
    actions.erase(reader=reader, reason="asked-desk", by=by)


# --- other rows -----------------------------------------------------------------------------------
def test_an_account_with_a_strangers_number_erases_no_stranger(librarian):
    library = factories.ReaderFactory(name="Li", phone="13900000001")
    user = factories.UserFactory()
    account = factories.ReaderFactory(source="portal", user=user, name="Li", phone="13900000001")
    erase(account, librarian)
    assert Reader.objects.get() == library


def test_the_desk_of_a_campus_erases_no_row_of_another(librarian):
    here, there = factories.CampusFactory(), factories.CampusFactory()
    same = {"name": "Li", "email": "li@example.org"}
    ours = factories.ReaderFactory(campus=here, **same)
    theirs = factories.ReaderFactory(campus=there, **same)
    desk = factories.UserFactory(role="manager", campus=here)
    erase(ours, desk)
    assert Reader.objects.get() == theirs

    again = factories.ReaderFactory(campus=here, **same)
    erase(again, librarian)
    assert not Reader.objects.exists()


def test_a_restored_backup_erases_only_whom_the_list_names():
    """Twins in older data may be other people."""
    gone = factories.ReaderFactory(number="gone", name="Li", phone="13900000001")
    before = factories.ReaderFactory(number="stays", name="Li", phone="13900000001")
    digest = traces.identity_digest(gone.source, gone.number)

    assert actions.erase_again(until={digest: timezone.now()}) == 1
    assert Reader.objects.get() == before


@pytest.mark.parametrize(
    ("state", "job", "is_taken"),
    [
        ("uploaded", None, True),
        ("uploaded", "queued", False),
        ("uploaded", "running", False),
        ("running", None, False),
    ],
)
def test_a_file_that_a_worker_needs_is_left_to_it(state, job, is_taken):
    work = factories.JobFactory(state=job) if job else None
    batch = factories.ImportBatchFactory(source="sis", state=state, job=work)
    factories.ImportBatchFactory(source="other")
    found = traces.uploads_that_may_hold(factories.ReaderFactory(source="sis"))
    assert found == ([batch] if is_taken else [])


def test_an_address_given_to_somebody_else_is_theirs(librarian):
    reader = factories.ReaderFactory(name="Li", email="a@example.org", phone="13900000001")
    update_reader(reader=reader, by=librarian, email="b@example.org", phone="13900000002")
    now = factories.ReaderFactory(name="Wang", email="A@example.org", phone="139 0000 0001")
    erase(reader, librarian)
    assert not Suppression.objects.of_address("email", now.email).exists()
    assert not Suppression.objects.of_address("sms", now.phone).exists()
    assert Suppression.objects.of_address("sms", "13900000002").exists()


# --- letters and accounts -------------------------------------------------------------------------
def test_letters_of_a_mailbox_in_capitals_stay_with_who_has_it(librarian):
    factories.ReaderFactory(name="Wang", email="Office@Example.org")
    letter = factories.LetterFactory(address="office@example.org", text="for the office")
    erase(factories.ReaderFactory(name="Li", email="office@example.org"), librarian)
    letter.refresh_from_db()
    assert (letter.address, letter.text) == ("office@example.org", "for the office")


def test_whose_mailbox_it_is_is_looked_up_in_the_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM crm_reader r WHERE lower(r.email) = %s AND r.email <> ''",
            ["x@example.org"],
        )
        assert "reader_email" in str(cursor.fetchall())


def test_who_once_worked_here_is_known_without_the_trail(librarian):
    administrator = factories.UserFactory(role="administrator")
    former = factories.UserFactory(role="librarian", username="former")
    change_user(user=former, role="reader", campus=None, is_active=True, by=administrator)
    with as_owner(), pgtrigger.ignore("crm.AuditEvent:keep"):
        AuditEvent.objects.all().delete()
    # The application may write the column; the mark stays.
    User.objects.filter(pk=former.pk).update(was_staff=False)

    erase(factories.ReaderFactory(user=former), librarian)
    former.refresh_from_db()
    assert (former.username, former.was_staff) == ("former", True)


def test_upgrade_marks_who_works_here_or_did():
    administrator = factories.UserFactory(role="administrator")
    former = factories.UserFactory(role="librarian")
    change_user(user=former, role="reader", campus=None, is_active=True, by=administrator)
    never = factories.UserFactory()
    upgrade = import_module("crm.migrations.0036_who_works_here_is_marked")
    with as_owner(), pgtrigger.ignore("crm.User:marks_staff"):
        User.objects.update(was_staff=False)
        with connection.cursor() as cursor:
            cursor.execute(upgrade.MARK_STAFF)
    marked = set(User.objects.filter(was_staff=True))
    assert {administrator, former} <= marked
    assert never not in marked


# --- refused rows and kept forms ------------------------------------------------------------------
@pytest.mark.parametrize(
    "raw",
    [
        ["2026120034", "Wang", "x@example.org"],
        ["x", "no. 12 Long Street", "13912001200"],
        ["x", "021-65980000-60001", "y"],
        ["x", "1600012", "y"],
        ["x", "bigli@example.org", "y"],
        ["x", "li@example.org.cn", "y"],
        ["x", "QX1234567", "y"],
        ["x", "order 20139000000017", "y"],
    ],
)
def test_refused_rows_of_others_stay(librarian, raw):
    batch = factories.ImportBatchFactory()
    ImportRefusal.objects.create(batch=batch, line=2, reason="bad-email", raw=raw)
    erase_short(librarian)
    assert ImportRefusal.objects.get().raw == raw


def erase_short(librarian) -> None:
    """Two people with short numbers and an extension."""
    erase(
        factories.ReaderFactory(number="12", name="Li", email="li@example.org", phone="60001"),
        librarian,
    )
    erase(
        factories.ReaderFactory(number="QX123456", name="", email="", phone="13900000001"),
        librarian,
    )


@pytest.mark.parametrize(
    "raw",
    [
        ["12", "x"],
        ["x", " 12 "],
        ["x", "60001"],
        ["x", "ask <Li@Example.org>, please"],
        ["x", "number qx123456."],
        ["Li", "x"],
        ["x", "call 0086 139–0000–0001 now"],
        ["x", "12 13900000001"],
    ],
)
def test_refused_rows_of_theirs_go(librarian, raw):
    batch = factories.ImportBatchFactory()
    ImportRefusal.objects.create(batch=batch, line=2, reason="bad-email", raw=raw)
    erase_short(librarian)
    assert not ImportRefusal.objects.exists()


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/desk/voices/12/", [["text", "come at 12 o'clock"]]),
        ("/desk/voices/1/", [["text", "call 021-65980000-60001"]]),
        ("/desk/voices/1/", [["number", "2026120034"]]),
        ("/desk/readers/?q=2026120034", [["text", "the library is likely open"]]),
        ("/desk/voices/60001/", [["text", "bigli@example.org"]]),
    ],
)
def test_forms_about_others_stay(librarian, path, fields):
    kept = KeptForm.objects.create(user=librarian, path=path, fields=fields)
    erase_short(librarian)
    assert KeptForm.objects.get() == kept


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/desk/readers/?q=12", [["x", "y"]]),
        ("/desk/voices/1/", [["number", "12"]]),
        ("/desk/voices/1/", [["phone", "60001"]]),
        ("/desk/voices/1/", [["text", "the number is QX123456"]]),
        ("/desk/voices/1/", [["text", "to li@example.org."]]),
    ],
)
def test_forms_about_them_go(librarian, path, fields):
    KeptForm.objects.create(user=librarian, path=path, fields=fields)
    erase_short(librarian)
    assert not KeptForm.objects.exists()
