"""The list of the erased, and whom a restored backup erases by it."""

from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.utils import timezone

from crm.privacy import actions, gone, traces
from crm.privacy.gone import BEGUN, ERASED, WITHDRAWN, ListLine
from crm.privacy.models import Erasure
from crm.readers.models import Reader
from ops import backup
from tests import factories, servers

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "S1"
DIGEST = traces.identity_digest("library", NUMBER)
NOW = timezone.now()
HOUR = timedelta(hours=1)


def reader_of(number: str = NUMBER, **changes) -> Reader:
    return factories.ReaderFactory(source="library", number=number, **changes)


def erased(reader: Reader) -> Reader:
    actions.erase(reader=reader, reason="asked-desk", by=None)
    return reader


def brought_back(reader: Reader) -> Reader:
    """The row as a backup of before has it."""
    row = reader_of(reader.number)
    Reader.objects.filter(pk=row.pk).update(created_at=reader.created_at)
    return row


def is_there(reader: Reader) -> bool:
    return Reader.objects.filter(pk=reader.pk).exists()


def the_list() -> Path:
    return Path(settings.ERASED_LIST)


# --- who came back --------------------------------------------------------------------------------
def test_whoever_comes_back_is_not_erased_at_every_restore():
    """In 0.1 the source and number of somebody erased could never be a reader's again."""
    erased(reader_of())
    again = reader_of(email="new@example.org")

    assert actions.erase_listed() == ""
    assert is_there(again)


def test_whoever_comes_back_and_leaves_again_is_erased_from_any_backup():
    first = erased(reader_of())
    second = erased(reader_of())
    for of_then in (first, second):
        row = brought_back(of_then)
        assert actions.erase_listed() == "1 erased again."
        assert not is_there(row)


def test_restore_that_erased_again_erases_nobody_who_comes_after_it():
    row = brought_back(erased(reader_of()))
    assert actions.erase_listed() == "1 erased again."
    later = reader_of()
    assert actions.erase_listed() == ""
    assert (is_there(row), is_there(later)) == (False, True)


# --- lines of before there were moments -----------------------------------------------------------
def test_line_without_a_moment_is_given_the_one_that_the_database_noted():
    erased(reader_of())
    the_list().write_text(f"{DIGEST.hex()}\n")
    again = reader_of()

    assert gone.settle()
    assert gone.erased_until(gone.read()) == {DIGEST: Erasure.objects.get().at}
    assert actions.erase_listed() == ""
    assert is_there(again)


def test_line_without_a_moment_that_the_database_knows_nothing_of_is_of_after_the_backup():
    """It erases what the backup holds, whenever that was made, and nobody who comes later."""
    of_the_backup = reader_of()
    gone_before = traces.identity_digest("library", "S2")
    the_list().write_text(f"{DIGEST.hex()}\n{gone_before.hex()}\n")

    assert actions.erase_listed() == "1 erased again."
    assert not is_there(of_the_backup)
    back, other = reader_of(), reader_of("S2")
    assert actions.erase_listed() == ""
    assert is_there(back)
    assert is_there(other)


# --- what is written ------------------------------------------------------------------------------
def test_line_that_a_crash_cut_off_names_nobody_and_takes_no_other_along():
    """Wherever it was cut."""
    whole = f"{ListLine(DIGEST, NOW, ERASED)}"
    last = ListLine(traces.identity_digest("library", "S2"), NOW, BEGUN)
    for length in range(1, len(whole)):
        the_list().write_text(whole[:length])
        gone.append([last])
        assert gone.read() == {last}


@pytest.mark.parametrize(
    "line",
    [
        f"2026-13-01T00:00:00+00:00 {ERASED} {DIGEST.hex()}",
        f"{NOW.replace(tzinfo=None).isoformat()} {ERASED} {DIGEST.hex()}",
        f"{NOW.isoformat()} gone {DIGEST.hex()}",
    ],
    ids=["a month too many", "no zone", "no event"],
)
def test_line_that_nobody_could_have_written_names_nobody(line):
    """A month that there is not, a moment without a zone, a word of no meaning."""
    the_list().write_text(f"{line}\n")
    assert gone.read() == set()


@pytest.mark.parametrize(
    ("lines", "until"),
    [
        ([(NOW, BEGUN)], NOW),
        ([(NOW, BEGUN), (NOW, WITHDRAWN)], None),
        ([(NOW, WITHDRAWN), (NOW, BEGUN)], None),
        ([(NOW, BEGUN), (NOW + HOUR, ERASED)], NOW + HOUR),
        ([(NOW - HOUR, BEGUN), (NOW - HOUR, WITHDRAWN), (NOW, BEGUN)], NOW),
        ([(NOW, ERASED), (NOW + HOUR, BEGUN), (NOW + HOUR, WITHDRAWN)], NOW),
    ],
)
def test_whoever_was_begun_and_not_withdrawn_counts_as_erased(lines, until):
    written = [ListLine(DIGEST, at, word) for at, word in lines]
    gone.append(written)
    expected = {} if until is None else {DIGEST: until}
    assert gone.erased_until(gone.read()) == expected


def test_list_beside_a_backup_takes_on_every_line(tmp_path):
    """Also what was withdrawn: else the backup's list would erase whoever stayed."""
    gone.append([ListLine(DIGEST, NOW, BEGUN)])
    beside = tmp_path / "beside.txt"
    backup.add_lines(the_list().read_text(), beside)
    gone.append([ListLine(DIGEST, NOW, WITHDRAWN)])
    backup.add_lines(the_list().read_text(), beside)

    assert beside.read_text() == the_list().read_text()


# --- what became of it ----------------------------------------------------------------------------
def test_what_was_begun_and_rolled_back_is_withdrawn_by_the_next_run():
    """As a crash between the line and the commit leaves it."""
    stays = reader_of()
    gone.append([ListLine(DIGEST, NOW, BEGUN)])
    assert actions.erase_due() == 0
    assert ListLine(DIGEST, NOW, WITHDRAWN) in gone.read()
    assert actions.erase_listed() == ""
    assert is_there(stays)


def test_whoever_presses_stay_is_withdrawn_from_the_list_at_once():
    stays = reader_of()
    actions.ask_to_leave(reader=stays, by=None)
    gone.append([ListLine(DIGEST, NOW, BEGUN)])
    actions.stay(reader=stays, by=None)
    assert gone.erased_until(gone.read()) == {}


def test_what_was_committed_without_its_line_is_given_it_by_the_next_run():
    """As a crash between the commit and the line leaves it."""
    erased(reader_of())
    whole = gone.read()
    gone_on = {line for line in whole if line.word == BEGUN}
    the_list().unlink()
    gone.append(gone_on)

    actions.erase_due()
    assert gone.read() == whole


def test_restored_database_withdraws_nothing_that_it_cannot_know():
    """The backup has never heard of what was begun after it; nor has the next one restored."""
    gone.append([ListLine(DIGEST, NOW, BEGUN)])
    assert actions.erase_listed() == ""
    assert gone.settle()

    row = reader_of()
    Reader.objects.filter(pk=row.pk).update(created_at=NOW - HOUR)
    assert actions.erase_listed() == "1 erased again."


def test_nothing_is_settled_while_somebody_is_being_erased():
    """What is begun has no end yet."""
    other = psycopg2.connect(servers.test_database_url())
    other.cursor().execute(gone.LOCK_WITH_OTHERS)
    gone.append([ListLine(DIGEST, NOW, BEGUN)])
    assert not gone.settle()

    other.rollback()
    assert gone.settle()
    assert ListLine(DIGEST, NOW, WITHDRAWN) in gone.read()
