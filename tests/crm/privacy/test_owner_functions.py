"""The owner's functions, called by somebody who has the application's role and no good intent."""

import pytest
from django.db import DatabaseError, connection, transaction

from crm.imports.models import ImportBatch
from crm.letters.actions import write
from crm.letters.models import LetterKind
from crm.privacy.models import Erasure
from crm.readers.models import ConsentEvent, Reader
from crm.staff.actions import change_user
from crm.staff.models import AuditEvent, User
from tests import factories
from tests.house.test_grants import rows

pytestmark = pytest.mark.django_db

ERASE = "SELECT huixiang_erase_reader(%s, %s, %s, NULL, %s)"
KNOWN_BY = bytes(32)


def erase(reader: Reader, *, known_by=KNOWN_BY, mailboxes=(), why="asked-desk") -> str:
    ((mark,),) = rows(ERASE, reader.pk, known_by, list(mailboxes), why)
    return mark


# --- erasing --------------------------------------------------------------------------------------
def test_nobody_is_erased_without_a_row_that_says_so():
    """Fault 59. The token is the database's own, and the row for the restore is written with it."""
    one, two = factories.ReaderFactory(), factories.ReaderFactory()
    marks = {erase(one), erase(two)}
    assert len(marks) == 2
    assert set(Erasure.objects.values_list("token", flat=True)) == marks
    said = AuditEvent.objects.filter(action="reader.erase")
    assert set(said.values_list("object_id", flat=True)) == marks


@pytest.mark.parametrize(
    "said", [{"why": "because"}, {"why": None}, {"known_by": b"x"}, {"known_by": None}]
)
def test_erasing_takes_only_reasons_of_the_list_and_a_whole_hash(said):
    reader = factories.ReaderFactory()
    with pytest.raises(DatabaseError), transaction.atomic():
        erase(reader, **said)
    assert Reader.objects.filter(pk=reader.pk).exists()


def test_account_of_somebody_who_once_worked_here_stays():
    administrator = factories.UserFactory(role="administrator")
    former = factories.UserFactory(role="librarian", username="former")
    change_user(user=former, role="reader", campus=None, is_active=True, by=administrator)
    erase(factories.ReaderFactory(user=former))
    assert User.objects.get(pk=former.pk).username == "former"

    reader = factories.UserFactory(role="reader", username="reader")
    erase(factories.ReaderFactory(user=reader))
    assert User.objects.get(pk=reader.pk).username.startswith("erased-")


def test_an_account_turned_into_a_reader_s_for_a_moment_stays():
    """As the application, which may write roles: the trail knows better."""
    administrator = factories.UserFactory(role="administrator")
    victim = factories.UserFactory(role="reader", username="victim")
    change_user(user=victim, role="manager", campus=None, is_active=True, by=administrator)
    User.objects.filter(pk=victim.pk).update(role="reader")
    erase(factories.ReaderFactory(user=victim))
    assert User.objects.get(pk=victim.pk).username == "victim"


def test_addresses_of_somebody_else_are_left_alone():
    victim = factories.ReaderFactory(email="victim@example.org")
    letter = write(
        kind=LetterKind.ACCOUNT_VERIFY,
        to=victim.email,
        subject="x",
        text="x",
        language="zh-hans",
        once="x",
        by=None,
    )
    erase(factories.ReaderFactory(email="own@example.org"), mailboxes=[victim.email])
    letter.refresh_from_db()
    assert letter.address == victim.email


# --- taking an import back ------------------------------------------------------------------------
def said_of(reader: Reader, source: str, run: int | None) -> ConsentEvent:
    return ConsentEvent.objects.create(
        reader=reader,
        channel="email",
        purpose="events",
        granted=True,
        source=source,
        import_run=run,
    )


def test_taking_an_import_back_removes_what_it_wrote_and_nothing_else():
    """As the application, which may write whose import a reader came with, and when."""
    mine, other = factories.ImportBatchFactory.create_batch(2, state="done")
    ImportBatch.objects.filter(pk=mine.pk).update(merged_at=mine.created_at)
    reader = factories.ReaderFactory(import_batch=mine)
    Reader.objects.filter(pk=reader.pk).update(updated_at=mine.created_at)
    own = said_of(reader, "import", mine.pk)
    others = said_of(reader, "import", other.pk)

    assert rows("SELECT huixiang_undo_consents(%s, %s)", mine.pk, [reader.pk]) == [(1,)]
    assert set(ConsentEvent.objects.filter(reader=reader)) == {others}
    assert not ConsentEvent.objects.filter(pk=own.pk).exists()


def test_of_somebody_who_spoke_for_themself_no_import_removes_anything():
    batch = factories.ImportBatchFactory(state="done")
    ImportBatch.objects.filter(pk=batch.pk).update(merged_at=batch.created_at)
    reader = factories.ReaderFactory(import_batch=batch)
    Reader.objects.filter(pk=reader.pk).update(updated_at=batch.created_at)
    said_of(reader, "import", batch.pk)
    said_of(reader, "portal", None)
    assert rows("SELECT huixiang_undo_consents(%s, %s)", batch.pk, [reader.pk]) == [(0,)]
    assert ConsentEvent.objects.filter(reader=reader).count() == 2


# --- mixing ---------------------------------------------------------------------------------------
def test_how_many_are_mixed_is_not_said_by_the_caller(settings):
    (found,) = rows("SELECT proargnames FROM pg_proc WHERE proname = 'huixiang_mix_answers'")
    assert "library_k" not in found[0]
    assert rows("SELECT huixiang_library_k()") == [(settings.ANONYMOUS_LEAST,)]
    for attempt in (
        "CREATE OR REPLACE FUNCTION public.huixiang_library_k() RETURNS integer"
        " LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION huixiang_library_k() SET work_mem = '1MB'",
        "DROP FUNCTION huixiang_library_k()",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)
