"""What a restored backup must not do by itself: mail again, or mail whom it no longer may."""

from contextlib import closing

import psycopg2
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.sending import actions as sending
from campaigns.sending.models import Delivery
from campaigns.sending.tasks import sweep_deliveries
from crm.letters import post
from crm.letters.models import Letter
from crm.privacy.actions import set_analytics
from crm.readers import actions, withdrawn
from crm.readers.models import ConsentEvent, Reader, Suppression
from crm.readers.queries import stopped
from crm.readers.tasks import complete_withdrawals
from tests import factories
from tests.ops.backups import own_addresses, run
from tests.owner import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
NOTICES = {"channel": "email", "purpose": "notices"}


def sending_content() -> Content:
    return factories.ContentFactory(
        state="sending", launched_at=timezone.now(), launched_by=factories.UserFactory()
    )


def asked(environment: dict[str, str], statement: str) -> list[tuple]:
    address = environment["DATABASE_OWNER_URL"]
    with closing(psycopg2.connect(address)) as other, other.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def set_consent(reader: Reader, *, granted: bool, source: str = "portal", **said) -> None:
    actions.set_consent(
        reader=reader, granted=granted, source=source, by=reader.user, **(NOTICES | said)
    )


# --- what was waiting -----------------------------------------------------------------------------
def test_what_waited_at_the_backup_is_in_doubt_after_the_restore(
    empty_database,
    tmp_path,
):
    """It may have gone out in the meantime: nothing is mailed twice by itself."""
    factories.LetterFactory()
    factories.LetterFactory(state="inflight", lease_until=timezone.now(), claimed_by="run:1")
    content = sending_content()
    for state in ("pending", "claimed", "inflight", "holdout"):
        factories.DeliveryFactory(content=content, state=state)
    here = {"MEDIA_ROOT": str(tmp_path / "m"), "LOCAL_DIR": str(tmp_path / "here")}
    done = run("save", tmp_path / "x.tar", **own_addresses(), **here)
    assert done.returncode == 0, done.stderr

    there = {"MEDIA_ROOT": str(tmp_path / "n"), "LOCAL_DIR": str(tmp_path / "there")}
    done = run("restore", tmp_path / "x.tar", "none", **empty_database, **there)

    assert done.returncode == 0, done.stderr
    letters = asked(empty_database, "SELECT state, reason, claimed_by FROM crm_letter")
    assert letters == [("unknown", "restored", "")] * 2
    rows = asked(empty_database, "SELECT state, reason FROM campaigns_delivery ORDER BY id")
    assert rows == [("unknown", "restored")] * 3 + [("holdout", "")]
    assert asked(empty_database, "SELECT state FROM campaigns_content") == [("paused",)]
    assert "2 letters may have gone out since the backup" in done.stdout
    assert "3 mails of campaigns may have gone out since the backup" in done.stdout


def test_what_may_have_gone_stands_on_the_desk_until_a_person_decides(client, sink):
    letter = factories.LetterFactory()
    # So many that their reasons may be told.
    delivery, *_others = factories.DeliveryFactory.create_batch(6, content=sending_content())
    call_command("open_restored")

    post.send_due()
    sweep_deliveries()
    assert sink.addresses == []
    manager = factories.UserFactory(role="manager")
    client.force_login(manager)
    today = client.get(reverse("analytics:today")).content.decode()
    assert f"邮件“{letter.subject}”不知是否寄出" in today
    assert "6 封邮件不知是否寄出" in today
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "数据从备份恢复" in page
    content = Content.objects.get()
    assert "数据从备份恢复" in client.get(content.get_absolute_url()).content.decode()

    sending.resend_unknown(content=content, by=manager)
    sending.resume(content=content, by=manager)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.PENDING
    assert Content.objects.get().state == Content.State.SENDING
    letter.refresh_from_db()
    assert letter.state == Letter.State.UNKNOWN


# --- who withdrew since ---------------------------------------------------------------------------
def test_who_withdrew_after_the_backup_is_not_mailed_after_the_restore(
    empty_database,
    tmp_path,
):
    """Promise 7. The list lies beside the erased and outlives the database."""
    here = {"MEDIA_ROOT": str(tmp_path / "m"), "LOCAL_DIR": str(tmp_path / "here")}
    gone = factories.ReaderFactory(email="gone@example.org", consents=["email:notices"])
    stays = factories.ReaderFactory(email="stays@example.org", consents=["email:notices"])
    done = run("save", tmp_path / "x.tar", **own_addresses(), **here)
    assert done.returncode == 0, done.stderr
    set_consent(gone, granted=False)

    there = {"MEDIA_ROOT": str(tmp_path / "n"), "LOCAL_DIR": str(tmp_path / "there")}
    newest = tmp_path / "withdrawn.txt"
    done = run("restore", tmp_path / "x.tar", "none", str(newest), **empty_database, **there)

    assert done.returncode == 0, done.stderr
    rows = asked(empty_database, "SELECT email, consents FROM crm_reader ORDER BY id")
    assert rows == [(gone.email, []), (stays.email, ["email:notices"])]
    suppressed = "SELECT channel, purpose, reason FROM crm_suppression"
    assert asked(empty_database, suppressed) == [("email", "notices", "unsubscribed")]
    kept = (tmp_path / "there" / "withdrawn.txt").read_text()
    assert kept.startswith(newest.read_text())
    assert "1 withdrawn again" in done.stdout


def test_restore_without_the_list_of_withdrawals_is_refused(
    empty_database,
    tmp_path,
):
    here = {"MEDIA_ROOT": str(tmp_path / "m"), "LOCAL_DIR": str(tmp_path / "here")}
    run("save", tmp_path / "x.tar", **own_addresses(), **here)
    (tmp_path / "withdrawn.txt").unlink()

    done = run("restore", tmp_path / "x.tar", "none", **empty_database, **here)

    assert done.returncode == 1
    assert "whoever withdrew since the backup would be mailed again" in done.stderr
    assert asked(empty_database, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []


def test_who_allowed_it_again_after_withdrawing_stays_allowed():
    reader = factories.ReaderFactory(email="a@example.org", user=factories.UserFactory())
    set_consent(reader, granted=False)
    set_consent(reader, granted=True)
    call_command("open_restored")

    reader.refresh_from_db()
    assert reader.allows("email", "notices")
    assert not Suppression.objects.exists()


def test_an_address_without_a_reader_is_suppressed_after_the_restore():
    """Somebody who came after the backup: a later file brings them back, and no mail goes there."""
    reader = factories.ReaderFactory(email="later@example.org")
    set_consent(reader, granted=False)
    listed = withdrawn.last_words()
    with as_owner():
        ConsentEvent.objects.all().delete()
        Reader.objects.all().delete()
        Suppression.objects.all().delete()

    call_command("open_restored")

    assert len(listed) == 2
    (row,) = Suppression.objects.of_address("email", "later@example.org")
    assert (row.purpose, row.reason) == ("notices", Suppression.WITHDRAWN)


def test_a_withdrawal_holds_where_the_disk_of_the_list_is_full(settings, tmp_path):
    """Fault 51. The reader is answered; the row and the suppression list have it."""
    settings.WITHDRAWN_LIST = tmp_path / "file" / "withdrawn.txt"
    settings.WITHDRAWN_LIST.parent.write_text("no folder")
    reader = factories.ReaderFactory(email="a@example.org", consents=["email:notices"])

    set_consent(reader, granted=False)

    reader.refresh_from_db()
    assert not reader.allows("email", "notices")


def test_lines_of_the_list_that_a_crash_cut_off_are_left_out(settings):
    reader = factories.ReaderFactory(email="a@example.org")
    set_consent(reader, granted=False)
    text = settings.WITHDRAWN_LIST.read_text()
    settings.WITHDRAWN_LIST.write_text(text + text[:70])

    assert len(withdrawn.last_words()) == 2
    assert all(not yes for yes in withdrawn.last_words().values())


def back_to_the_backup() -> None:
    """The ledger and the list of stopped addresses as they were before anything was said."""
    with as_owner():
        ConsentEvent.objects.all().delete()
        Suppression.objects.all().delete()


def test_analytics_that_were_switched_off_since_are_off_after_a_restore():
    """They were on again, and computing began anew."""
    member = factories.UserFactory()
    silent, asked_back = factories.ReaderFactory.create_batch(2)
    for reader, last_word in ((silent, False), (asked_back, True)):
        for allowed in (False, last_word):
            set_analytics(reader=reader, allowed=allowed, by=member)
    Reader.objects.update(analytics=True)

    call_command("open_restored")

    assert set(Reader.objects.filter(analytics=False)) == {silent}


def test_no_that_the_list_had_no_room_for_is_added_when_there_is(settings, tmp_path):
    reader = factories.ReaderFactory(user=factories.UserFactory(), consents=["email:notices"])
    with_room = settings.WITHDRAWN_LIST
    settings.WITHDRAWN_LIST = tmp_path / "a file" / "withdrawn.txt"
    settings.WITHDRAWN_LIST.parent.write_text("no folder")
    set_consent(reader, granted=False)
    settings.WITHDRAWN_LIST = with_room
    assert not with_room.exists()

    assert (complete_withdrawals(), complete_withdrawals()) == (1, 0)
    back_to_the_backup()
    Reader.objects.update(consents=["email:notices"])
    call_command("open_restored")

    reader.refresh_from_db()
    assert not reader.allows("email", "notices")


def test_switching_off_that_the_list_had_no_room_for_is_added(settings, tmp_path):
    member, reader = factories.UserFactory(), factories.ReaderFactory()
    with_room = settings.WITHDRAWN_LIST
    settings.WITHDRAWN_LIST = tmp_path / "a file" / "withdrawn.txt"
    settings.WITHDRAWN_LIST.parent.write_text("no folder")
    set_analytics(reader=reader, allowed=False, by=member)
    settings.WITHDRAWN_LIST = with_room

    assert (complete_withdrawals(), complete_withdrawals()) == (1, 0)
    Reader.objects.update(analytics=True)
    call_command("open_restored")
    assert Reader.objects.filter(analytics=False).count() == 1


def test_former_address_that_was_stopped_stays_so_after_a_restore():
    """A yes is of the address of the moment; the restored list let all of them go."""
    reader = factories.ReaderFactory(user=factories.UserFactory(email="new@example.org"))
    actions.update_reader(reader=reader, by=reader.user, email="old@example.org")
    actions.update_reader(reader=reader, by=reader.user, email="new@example.org")
    reader.refresh_from_db()
    set_consent(reader, granted=False)
    set_consent(reader, granted=True)
    back_to_the_backup()

    call_command("open_restored")

    others = {
        address: factories.ReaderFactory(email=address, consents=["email:notices"])
        for address in ("old@example.org", "new@example.org")
    }
    assert stopped(others["old@example.org"], "email", "notices")
    assert not stopped(others["new@example.org"], "email", "notices")
