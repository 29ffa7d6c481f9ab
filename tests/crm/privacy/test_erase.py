"""Somebody who leaves is gone: from the rows, the files, and a dump of the whole database."""

import subprocess
import time
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from analytics.loop.inputs import statements
from analytics.loop.inputs.mails import mails_kept
from analytics.loop.inputs.shapes import Period
from analytics.loop.inputs.statements import contributors, persons
from analytics.loop.inputs.window import Window
from campaigns.sending.models import Click
from core.addresses import address_digest
from core.holds import registered
from core.restoring import prepare_to_open
from crm.accounts.models import ApiToken, BrowserSession, KeptForm
from crm.accounts.store import SessionStore
from crm.clock.nightly import run_night
from crm.imports.models import ImportBatch, ImportRefusal
from crm.letters.models import Letter
from crm.privacy import actions, traces
from crm.privacy.erasing import NAME, function_sql
from crm.privacy.models import Erasure, NewAddress
from crm.readers.models import Activity, ConsentEvent, Reader, Suppression
from crm.staff.models import AuditEvent
from feedback.calls.models import Submission
from feedback.surveys.models import AnswerText, Response
from feedback.voices.models import Voice, VoiceMessage
from ops import backup
from tests import factories, servers
from tests.crm.privacy.person import (
    EMAIL,
    FORMER,
    FORMER_PHONE,
    NUMBER,
    OLD_TEXTS,
    OPENID,
    PHONE,
    TRACES,
    TWIN_EMAIL,
    TWIN_NUMBER,
    UNPROVEN,
    USERNAME,
    what_is_past_its_term,
    whole_person,
)

pytestmark = pytest.mark.django_db


def rows_of(reader) -> dict[str, int]:
    """Rows of every hold, also those that are not shown."""
    found = {}
    for hold in registered():
        name = f"{hold.model}.{hold.field}"
        if hold.erase == "take out":
            mine = {f"{hold.field}__contains": [reader.pk]}
        else:
            mine = {hold.field: reader.pk}
        found[name] = hold.model_class()._base_manager.filter(**mine).count()
    return found


# --- the registry and the function ----------------------------------------------------------------
def test_the_function_in_the_database_is_the_one_the_registry_asks_for():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc, prosecdef, proconfig FROM pg_proc WHERE proname = %s", [NAME]
        )
        source, is_definer, config = cursor.fetchone()

    assert source.strip() in function_sql()
    assert is_definer
    assert config == ["search_path=pg_catalog, public, pg_temp"]


def test_nobody_but_its_owner_may_call_it_by_default():
    with connection.cursor() as cursor:
        cursor.execute("SELECT proacl::text FROM pg_proc WHERE proname = %s", [NAME])
        granted = cursor.fetchone()[0]
    # An empty grantee is PUBLIC.
    assert "{=X" not in granted
    assert ",=X" not in granted


# --- erased ---------------------------------------------------------------------------------------
def test_erasing_leaves_no_row_in_any_hold(librarian):
    reader = whole_person(librarian)
    before = rows_of(reader)
    assert [name for name, n in before.items() if n == 0] == []

    actions.erase(reader=reader, reason="asked-desk", by=librarian)

    assert [name for name, n in rows_of(reader).items() if n] == []
    assert not Reader.objects.filter(pk=reader.pk).exists()


def test_what_figures_rest_on_stays_without_the_person(librarian):
    reader = whole_person(librarian)
    actions.erase(reader=reader, reason="asked-desk", by=librarian)

    response = Response.objects.get()
    assert (response.reader, response.answers, response.digest) == (None, {"2": 3}, "")
    assert not AnswerText.objects.exists()
    voice = Voice.objects.filter(kind="suggestion").first()
    assert (voice.text, voice.email, voice.state) == ("", "", "closed")
    assert set(VoiceMessage.objects.values_list("text", flat=True)) == {""}
    assert not Submission.objects.exists()
    assert Click.objects.get().delivery.reader is None
    assert Click.objects.get().delivery.state == "sent"


def test_ledger_and_trail_have_a_random_token_in_place_of_the_person(librarian):
    reader = whole_person(librarian)
    pk = reader.pk
    digest = traces.identity_digest(reader.source, reader.number)
    actions.erase(reader=reader, reason="asked-desk", by=librarian)

    token = Erasure.objects.get(digest=digest).token
    event = ConsentEvent.objects.get(purpose="research")
    assert (event.reader, event.erased, event.wording) == (None, token, "")
    assert not AuditEvent.objects.filter(object_type="crm.reader", object_id=str(pk)).exists()
    last = AuditEvent.objects.get(action="reader.erase", object_id=token)
    assert (last.object_id, last.user, last.detail) == (token, librarian, {"reason": "asked-desk"})
    assert AuditEvent.objects.get(action="segment.pin").detail["reader"] == token
    assert AuditEvent.objects.get(action="sign-in").address is None
    assert AuditEvent.objects.get(action="sign-in.locked").address is None


def test_audit_rows_are_closed_again_afterwards(librarian):
    actions.erase(reader=factories.ReaderFactory(), reason="asked-desk", by=librarian)

    with pytest.raises(DatabaseError):
        AuditEvent.objects.update(action="nothing")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/desk/readers/{pk}/edit/", [["kind", "teacher"]]),
        ("/desk/readers/?q=QX77341", [["x", "y"]]),
        ("/desk/readers/?q=%E6%AC%A7%E9%98%B3", [["x", "y"]]),
        ("/desk/voices/1/", [["text", "dear 欧阳, we wrote"]]),
        ("/desk/voices/1/", [["number", "qx77341"]]),
        ("/desk/voices/1/", [["to", "Only.One@leaving.example"]]),
        ("/desk/voices/1/", [["phone", "13977553311"]]),
    ],
)
def test_forms_kept_for_staff_do_not_keep_the_person(librarian, path, fields):
    """In 0.1 an unsent form of the desk held whom it was about beyond the erasure."""
    reader = factories.ReaderFactory(
        number="QX77341", name="欧阳", email="only.one@leaving.example", phone="13977553311"
    )
    about = {"path": path.format(pk=reader.pk), "fields": fields}
    KeptForm.objects.create(user=librarian, **about)
    other = KeptForm.objects.create(
        user=librarian, path=f"/desk/readers/{reader.pk}1/edit/", fields=[["name", "somebody"]]
    )

    actions.erase(reader=reader, reason="asked-desk", by=librarian)
    assert KeptForm.objects.get() == other


def test_account_is_closed_and_its_sessions_end(librarian):
    reader = whole_person(librarian)
    user = reader.user
    client = Client()
    client.force_login(user)
    factories.ApiTokenFactory(user=user)
    factories.KeptFormFactory(user=user)

    actions.erase(reader=reader, reason="asked-desk", by=librarian)

    user.refresh_from_db()
    assert not user.is_active
    assert (user.email, user.first_name, user.display_name) == ("", "", "")
    assert USERNAME not in user.username
    assert not EmailAddress.objects.filter(user=user).exists()
    for model in (BrowserSession, ApiToken, KeptForm):
        assert not model.objects.filter(user=user).exists()


def test_account_of_staff_stays():
    colleague = factories.UserFactory(role="librarian", username="colleague")
    reader = factories.ReaderFactory(user=colleague)

    actions.erase(reader=reader, reason="asked-desk", by=colleague)

    colleague.refresh_from_db()
    assert (colleague.username, colleague.is_active) == ("colleague", True)


def test_file_that_held_the_row_is_gone_from_the_disk(
    librarian, settings, django_capture_on_commit_callbacks
):
    reader = whole_person(librarian)
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(reader=reader, reason="asked-desk", by=librarian)

    left = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert left == []
    assert set(ImportBatch.objects.values_list("file", flat=True)) == {""}
    assert not ImportRefusal.objects.exists()


def test_later_import_brings_neither_the_address_nor_a_mail(librarian):
    """Fault 59. Withdrawn on one door, brought back by another: by erasing."""
    actions.erase(
        reader=factories.ReaderFactory(email="Only.One@Leaving.Example"),
        reason="asked-desk",
        by=librarian,
    )
    back = factories.ReaderFactory(email=EMAIL)

    assert Suppression.objects.filter(digest=address_digest(EMAIL), purpose="").exists()
    for purpose in ("notices", "events", "surveys", "research"):
        assert not Reader.objects.mailable(purpose).filter(pk=back.pk).exists()


def test_former_addresses_and_those_of_twins_are_not_written_to_again(librarian):
    """Fault 62. One person with two rows, two telephones and an address they had before."""
    reader = whole_person(librarian)
    stranger = factories.ReaderFactory(name="somebody else", phone=PHONE)
    actions.erase(reader=reader, reason="asked-desk", by=librarian)

    for channel, address in [
        ("email", EMAIL),
        ("email", FORMER.upper()),
        ("email", TWIN_EMAIL),
        ("sms", "0086 " + PHONE),
        ("sms", FORMER_PHONE),
        ("wechat", OPENID),
    ]:
        listed = Suppression.objects.of_address(channel, address)
        # Of every purpose, whatever was withdrawn for one before.
        assert list(listed.filter(purpose="").values_list("reason", flat=True)) == ["erased"], (
            address
        )
    # What was typed and never shown to be theirs may be a stranger's.
    assert not Suppression.objects.of_address("email", UNPROVEN).exists()
    # A family shares a telephone: another name is another person.
    assert list(Reader.objects.filter(phone=stranger.phone)) == [stranger]
    assert not Reader.objects.filter(number=TWIN_NUMBER).exists()
    # Each under its own number: the two rows, and the record that was joined with one of them.
    assert Erasure.objects.count() == 3


def test_typing_a_strangers_address_takes_nothing_from_the_stranger(librarian):
    victim = factories.ReaderFactory(email="victim@example.org")
    voice = factories.VoiceFactory(text="of the victim", email=victim.email)
    reader = factories.ReaderFactory(email="")
    NewAddress.objects.create(reader=reader, channel="email", address=victim.email)

    actions.erase(reader=reader, reason="asked-desk", by=librarian)

    voice.refresh_from_db()
    assert voice.text == "of the victim"
    assert Reader.objects.get() == victim
    assert not Suppression.objects.exists()


def test_restored_backup_erases_again_whom_the_list_names(librarian):
    reader = factories.ReaderFactory(number=NUMBER)
    actions.erase(reader=reader, reason="asked-desk", by=librarian)
    factories.ReaderFactory(number="somebody else")
    restored = factories.ReaderFactory(number=NUMBER)
    Reader.objects.filter(pk=restored.pk).update(created_at=reader.created_at)

    assert "1 erased again." in list(prepare_to_open())
    assert list(Reader.objects.values_list("number", flat=True)) == ["somebody else"]


def test_arm_of_a_running_evaluation_keeps_its_rows(librarian, campaign):
    content = factories.ContentFactory(campaign=campaign)
    people = factories.ReaderFactory.create_batch(3)
    for reader in people:
        factories.DeliveryFactory(
            content=content, reader=reader, state="sent", sent_at=timezone.now()
        )
    for reader in people[:2]:
        actions.erase(reader=reader, reason="asked-desk", by=librarian)

    params = params_of(campaign)
    with connection.cursor() as cursor, mails_kept(cursor, params):
        groups = persons(cursor, params)
    assert [(group.reached, group.n) for group in groups] == [(True, 3)]


def test_work_of_somebody_erased_counts_in_its_arm_as_before(librarian, campaign):
    """In 0.1 a work went with its author from a running evaluation; an answer stayed."""
    content = factories.ContentFactory(campaign=campaign)
    call = factories.CallFactory(campaign=campaign)
    people = factories.ReaderFactory.create_batch(3)
    for reader in people:
        factories.DeliveryFactory(
            content=content, reader=reader, state="sent", sent_at=timezone.now()
        )
    for reader, state in [(people[0], "accepted"), (people[0], "submitted"), (people[1], "draft")]:
        sent_at = None if state == "draft" else timezone.now()
        factories.SubmissionFactory(call=call, author=reader, state=state, submitted_at=sent_at)

    def counted():
        params = params_of(campaign)
        with connection.cursor() as cursor, mails_kept(cursor, params):
            groups = persons(cursor, params)
            return {group.responded: group.n for group in groups}, contributors(cursor, params)

    before = counted()
    assert before == ({True: 1, False: 2}, 1)
    for reader in people[:2]:
        actions.erase(reader=reader, reason="asked-desk", by=librarian)

    assert counted() == before
    assert not Submission.objects.exists()


def params_of(campaign) -> dict:
    now, day = timezone.now(), timezone.timedelta(days=1)
    return statements.parameters(campaign, Window(Period(now - day, None), now + day))


# --- a dump ---------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_dump_of_the_database_holds_no_trace(settings):
    """Fault 44. Erase me: no trace in a dump or in media, nor of what was past its term before."""
    librarian = factories.UserFactory(role="librarian")
    reader = whole_person(librarian)
    what_is_past_its_term(reader, librarian)
    traces_of = [*TRACES, *OLD_TEXTS]
    before = dump()
    assert [text for text in traces_of if text.casefold() not in before] == []
    assert run_night(night=timezone.localdate())
    assert [text for text in OLD_TEXTS if text in dump()] == []

    actions.erase(reader=reader, reason="asked-desk", by=librarian)

    after = dump()
    assert [text for text in traces_of if text.casefold() in after] == []
    assert not Letter.objects.filter(about=f"crm.reader:{reader.pk}").exists()
    # Their key, too: the sequence has gone on, and no column names it.
    assert f"\n{reader.pk}\t" not in lines_of(after, "public.crm_reader")
    left = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert left == []
    # Packed and signed, so that a dump does not show what it says.
    store = SessionStore()
    for data in BrowserSession.objects.values_list("session_data", flat=True):
        assert "leaving.example" not in str(store.decode(data)).casefold()


def dump() -> str:
    """What pg_dump writes, folded."""
    url = servers.test_database_url()
    name = connection.settings_dict["NAME"]
    done = subprocess.run(
        [backup.program("pg_dump"), url.rsplit("/", 1)[0] + "/" + name + query_of(url)],
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().casefold()


def query_of(url: str) -> str:
    _path, mark, query = url.partition("?")
    return mark + query


def lines_of(text: str, table: str) -> str:
    """The rows of one table in a dump."""
    _before, _copy, rest = text.partition(f"copy {table} ")
    return rest.partition("\n\\.")[0]


# --- how long it takes ----------------------------------------------------------------------------
def test_reader_with_five_thousand_activities_is_erased(librarian):
    reader = whole_person(librarian)
    rows = []
    for n in range(5_000):
        rows.append(
            Activity(reader=reader, kind="loan", at=timezone.now(), source="many", ref=str(n))
        )
    Activity.objects.bulk_create(rows)
    factories.DeliveryFactory.create_batch(100, reader=reader)

    start = time.monotonic()
    actions.erase(reader=reader, reason="asked-desk", by=librarian)
    print(f"erase: {time.monotonic() - start:.2f} s")

    assert not Activity.objects.filter(source="many").exists()
