"""Erasing those whose time has come: each on their own, and nobody who stays."""

import logging
import threading

import psycopg2
import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.owner import as_owner
from core.refusals import Refused
from crm.privacy import actions
from crm.privacy.models import Departure
from crm.readers.models import Reader
from tests import factories, servers

pytestmark = pytest.mark.django_db(transaction=True)
#: Whoever has this name cannot be taken out of the database.
POISON = """
CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.name = 'poison' THEN RAISE EXCEPTION 'this row is broken'; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER test_refuse BEFORE DELETE ON crm_reader
FOR EACH ROW EXECUTE FUNCTION test_refuse()"""
ANTIDOTE = "DROP TRIGGER IF EXISTS test_refuse ON crm_reader; DROP FUNCTION IF EXISTS test_refuse()"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def run_as_owner(statement: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def poison():
    run_as_owner(POISON)
    yield
    run_as_owner(ANTIDOTE)


def leaving(**changes) -> Reader:
    """Somebody whose time to change their mind is over."""
    reader = factories.ReaderFactory(**changes)
    actions.ask_to_leave(reader=reader, by=None)
    Departure.objects.filter(reader=reader).update(due_at=timezone.now())
    return reader


def is_there(reader: Reader) -> bool:
    return Reader.objects.filter(pk=reader.pk).exists()


def in_thread(work) -> threading.Thread:
    """Run ``work`` on a connection of its own."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


# --- one that fails -------------------------------------------------------------------------------
def test_one_that_cannot_be_erased_holds_up_nobody(poison, caplog):
    """In 0.1 all of them were one transaction: nobody was erased, hour after hour."""
    first, bad, last = leaving(), leaving(name="poison"), leaving()
    with caplog.at_level(logging.ERROR):
        assert actions.erase_due() == 2
    assert (is_there(first), is_there(bad), is_there(last)) == (False, True, False)
    assert "could not be erased" in caplog.text
    assert Departure.objects.stuck().get().reader == bad

    run_as_owner(ANTIDOTE)
    assert actions.erase_due() == 1
    assert not is_there(bad)


def test_one_that_failed_is_tried_after_all_others(poison):
    bad, later = leaving(name="poison"), leaving()
    Departure.objects.filter(reader=bad).update(failed_at=timezone.now())
    # Time for one alone.
    actions.erase_due(seconds=0.5)
    assert not is_there(later)


def test_whoever_stays_after_a_failed_try_is_not_erased_by_a_restore(poison):
    bad = leaving(name="poison")
    assert actions.erase_due() == 0
    actions.stay(reader=bad, by=None)
    run_as_owner(ANTIDOTE)

    assert actions.erase_listed() == ""
    assert is_there(bad)


def test_erasing_at_the_desk_that_fails_is_withdrawn_from_the_list(poison, librarian):
    bad = factories.ReaderFactory(name="poison")
    with pytest.raises(Exception, match="this row is broken"):
        actions.erase(reader=bad, reason="asked-desk", by=librarian)
    run_as_owner(ANTIDOTE)

    assert actions.erase_listed() == ""
    assert is_there(bad)


def test_desk_says_that_somebody_could_not_be_erased(poison, client):
    leaving(name="poison")
    client.force_login(factories.UserFactory(role="manager"))
    client.cookies["django_language"] = "en"
    said = "Somebody who asked to be erased could not be"
    for url in (reverse("analytics:today"), reverse("crm:privacy-clock")):
        assert said not in client.get(url).content.decode()

    actions.erase_due()
    for url in (reverse("analytics:today"), reverse("crm:privacy-clock")):
        page = client.get(url).content.decode()
        assert said in page
        # Whoever may not open the reader learns no name by it.
        assert "poison" not in page


# --- whoever stays --------------------------------------------------------------------------------
def test_whoever_stays_while_the_run_is_at_another_stays():
    """In 0.1 the run had read all wishes at its beginning."""
    first, second = leaving(), leaving()
    other = psycopg2.connect(servers.test_database_url())
    other.cursor().execute("SELECT 1 FROM crm_reader WHERE id = %s FOR UPDATE", [first.pk])
    run = in_thread(actions.erase_due)
    servers.wait_for(somebody_waits)

    actions.stay(reader=second, by=None)
    other.rollback()
    run.join(60)

    assert (is_there(first), is_there(second)) == (False, True)
    assert actions.erase_listed() == ""
    assert is_there(second)


def test_run_waits_for_somebody_who_is_saying_that_they_stay():
    reader = leaving()
    with transaction.atomic():
        actions.stay(reader=reader, by=None)
        run = in_thread(actions.erase_due)
        servers.wait_for(somebody_waits)
    run.join(60)
    assert is_there(reader)


def test_whoever_wants_to_stay_too_late_is_told_so():
    """The wish waits for the erasing that has begun, and does not say that they stay."""
    reader, told = leaving(), []

    def stay():
        try:
            actions.stay(reader=reader, by=None)
        except Refused as refusal:
            told.append(str(refusal))

    with transaction.atomic():
        assert actions.erase_due() == 1
        wish = in_thread(stay)
        servers.wait_for(somebody_waits)
    wish.join(60)
    assert not is_there(reader)
    assert len(told) == 1
