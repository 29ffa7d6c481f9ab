"""Fault 15: every registered task, run twice, leaves the same state as run once.

Each is first given something to do, so that the first run changes the state and the second one
could.
"""

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from analytics.loop.evaluate import evaluate
from campaigns.links import following, keys
from campaigns.sending import clicks
from campaigns.sending.models import Click
from config.celery import app as celery
from crm.eresources.actions import bring_report
from crm.eresources.models import UsageReport
from crm.imports.models import ImportBatch
from crm.jobs.actions import start_job
from crm.privacy.actions import ask_to_leave
from crm.privacy.models import Departure
from crm.readers.models import ConsentEvent
from crm.receipts.models import FormReceipt
from crm.staff.models import Bucket, GuessCounter
from tests import clock, factories
from tests.analytics.building import AFTER, readers, telling_campaign, visit
from tests.campaigns.returns.building import RETURN_ADDRESS, bounce, sent, spoken_against, way_back
from tests.campaigns.returns.imap import holding
from tests.crm.activities import building as files_of_activities
from tests.crm.eresources.reports import JSON_51
from tests.crm.imports import left_behind
from tests.crm.tallies import building as counted
from tests.feedback.building import form, published

APPS = ("crm", "campaigns", "feedback", "analytics")
#: When something was last computed says nothing about what it came to.
CLOCKS = {
    "opened_at",
    "refreshed_at",
    "refresh_ms",
    "computed_at",
    "updated_at",
    "beat_at",
    "lease_until",
}
LONG_AGO = timedelta(days=400)

celery.loader.import_default_modules()
pytestmark = pytest.mark.django_db(transaction=True)


# --- something to do ------------------------------------------------------------------------------
def job_for(kind: str, **params) -> int:
    by = factories.UserFactory(role="librarian")
    return start_job(kind=kind, title="Twice", by=by, params=params).pk


def uploaded() -> ImportBatch:
    return factories.ImportBatchFactory(
        source="library", mapping={"number": "number", "kind": "kind"}, encoding="utf-8"
    )


def loans() -> ImportBatch:
    """A file of loans of one reader that is mapped."""
    factories.ReaderFactory(source="library", number="A1")
    return files_of_activities.uploaded(files_of_activities.LOANS)


def new_loans() -> ImportBatch:
    batch = loans()
    ImportBatch.objects.filter(pk=batch.pk).update(state="checking")
    return batch


def imported_loans() -> ImportBatch:
    factories.ReaderFactory(source="library", number="A1")
    return files_of_activities.imported(files_of_activities.LOANS)


def unchecked() -> ImportBatch:
    return factories.ImportBatchFactory(state="checking")


def a_student_whose_time_is_over(_request) -> list:
    reader = factories.ReaderFactory(kind="undergraduate")
    reader.standings.create(
        kind="undergraduate", ends_on="2020-06-30", then="alumnus", source="ils"
    )
    return []


def a_stopped_check(_request) -> list:
    unchecked()
    return []


def imported() -> ImportBatch:
    batch = uploaded()
    job = job_for("crm.import_file", batch=batch.pk)
    celery.tasks["crm.import_file"].apply([job], throw=True)
    return batch


def a_no_that_is_not_listed(_request) -> list:
    reader = factories.ReaderFactory()
    said = {"channel": "email", "purpose": "notices", "granted": False, "source": "portal"}
    ConsentEvent.objects.create(reader=reader, **said)
    return []


def stale_segment(_request) -> list:
    factories.ReaderFactory()
    return [factories.SegmentFactory(rule={}).pk]


def an_ended_session(_request) -> list:
    """Over for weeks, and a form that nobody came back for."""
    over = timezone.now() - LONG_AGO
    user = factories.UserFactory()
    factories.BrowserSessionFactory(user=user, expire_date=over, ends_at=over)
    factories.KeptFormFactory(user=user, at=over)
    return []


def a_lost_job(_request) -> list:
    """Its worker died for the third time."""
    factories.JobFactory(state="running", attempts=3, beat_at=timezone.now() - LONG_AGO)
    return []


def something_published(_request) -> list:
    evaluate(telling_campaign(), AFTER)
    return []


def counters_that_say_nothing(_request) -> list:
    long_ago = timezone.now() - LONG_AGO
    GuessCounter.objects.create(key="user 1", tries=4, at=long_ago)
    Bucket.objects.create(digest=b"x", name="api", full_at=long_ago)
    return []


def an_old_receipt(_request) -> list:
    FormReceipt.objects.create(
        client_id=uuid4(), digest=b"x", address="/", at=timezone.now() - LONG_AGO
    )
    return []


def much_over_its_term(_request) -> list:
    """Something old of each kind that has a term; figures were computed last night."""
    clock.fill()
    return []


def somebody_to_erase(_request) -> list:
    ask_to_leave(reader=factories.ReaderFactory(), by=None)
    Departure.objects.update(due_at=timezone.now())
    return []


def launched(request):
    """A content that is being sent, and a mail server that listens."""
    request.getfixturevalue("sink")
    letter = request.getfixturevalue("content")
    letter.state = "sending"
    letter.launched_at, letter.launched_by = timezone.now(), letter.campaign.owner
    letter.save()
    return letter


def waiting_mails(request) -> list:
    letter = launched(request)
    factories.DeliveryFactory.create_batch(2, content=letter)
    return [letter.pk]


def the_last_mail_sent(request) -> list:
    """Nothing is left to send; the sweep says that the content is finished."""
    factories.DeliveryFactory(content=launched(request), state="sent", sent_at=timezone.now())
    return []


def a_mail_that_came_back(request) -> list:
    settings, doors = request.getfixturevalue("settings"), ExitStack()
    request.addfinalizer(doors.close)
    settings.RETURN_ADDRESS = RETURN_ADDRESS
    mailbox = doors.enter_context(holding(bounce(way_back(sent()))))
    settings.RETURN_MAILBOX = mailbox.url
    return []


def a_click(_request) -> list:
    delivery = factories.DeliveryFactory(state="sent", sent_at=timezone.now())
    content = delivery.content
    link = factories.TrackedLinkFactory(content=content, campaign=content.campaign)
    key = keys.delivery_key(delivery.pk, keys.CLICK)
    assert following.follow(link.code, key, counts=True)
    return []


def a_click_not_judged_yet(request) -> list:
    """Written while its mail was on its way; meanwhile the mail is sent."""
    a_click(request)
    clicks.flush()
    Click.objects.update(left_out="")
    return []


def held_answers(request) -> list:
    """Ten, of which five are one batch."""
    client, survey = request.getfixturevalue("client"), published(anonymous=True)
    for _answer in range(10):
        client.post(survey.public_url, form())
    return []


def a_reader_s_answer(request) -> list:
    client = request.getfixturevalue("client")
    reader = factories.ReaderFactory(user=factories.UserFactory())
    client.force_login(reader.user)
    client.post(published().public_url, form())
    return []


def a_letter_that_is_due(request) -> list:
    request.getfixturevalue("sink")
    factories.LetterFactory()
    return []


def a_letter_of_no_more_use(_request) -> list:
    factories.LetterFactory(expires_at=timezone.now() - LONG_AGO)
    return []


def an_expired_account_letter(_request) -> list:
    factories.LetterFactory(purpose="account", state="failed", expires_at=timezone.now() - LONG_AGO)
    return []


def an_ended_campaign(_request) -> list:
    telling_campaign()
    return []


def somebody_was_here(_request) -> list:
    factories.ActivityFactory(kind="visit")
    return []


def visits_of_yesterday(_request) -> list:
    visit(readers(6), at=timezone.now() - timedelta(days=1))
    return []


def look_asked_for(_request) -> list:
    telling_campaign()
    return [job_for("analytics.tasks.look_through")]


def figures_asked_anew(_request) -> list:
    telling_campaign()
    return [job_for("analytics.tasks.rebuild_facts")]


def an_evaluation_asked_for(_request) -> list:
    campaign = telling_campaign()
    return [job_for("analytics.tasks.evaluate_campaign", campaign=campaign.pk)]


def a_usage_report() -> UsageReport:
    """A COUNTER report that nobody has read."""
    file = SimpleUploadedFile("PR_P1.json", json.dumps(JSON_51).encode())
    return bring_report(file=file, by=None)


#: Task, and of which kind of file → what makes the rows that give it something to do, and returns
#: its arguments.
TASKS: dict[str, Callable] = {
    "crm.tasks.refresh_segment": stale_segment,
    "crm.tasks.refresh_segments": lambda request: stale_segment(request)[1:],
    "crm.tasks.move_readers": a_student_whose_time_is_over,
    "crm.measure_scores": somebody_was_here,
    "crm.import_file": lambda _r: [job_for("crm.import_file", batch=uploaded().pk)],
    "crm.check_import": lambda _r: [job_for("crm.check_import", batch=unchecked().pk)],
    "crm.preview_import": lambda _r: [job_for("crm.preview_import", batch=uploaded().pk)],
    "crm.settle_checks": a_stopped_check,
    "crm.undo_import": lambda _r: [job_for("crm.undo_import", batch=imported().pk)],
    "crm.import_file of loans": lambda _r: [job_for("crm.import_file", batch=loans().pk)],
    "crm.check_import of loans": lambda _r: [job_for("crm.check_import", batch=new_loans().pk)],
    "crm.undo_import of loans": lambda _r: [job_for("crm.undo_import", batch=imported_loans().pk)],
    "crm.import_file of counts": lambda _r: [job_for("crm.import_file", batch=counted.mapped().pk)],
    "crm.check_import of counts": lambda _r: [job_for("crm.check_import", batch=counted.new().pk)],
    "crm.undo_import of counts": lambda _r: [job_for("crm.undo_import", batch=counted.done().pk)],
    "crm.read_usage": lambda _r: [job_for("crm.read_usage", report=a_usage_report().pk)],
    "crm.sweep_jobs": a_lost_job,
    "crm.drop_orphaned_tables": left_behind.a_table,
    "crm.drop_stray_files": left_behind.a_file,
    "crm.forget_ended_sessions": an_ended_session,
    "crm.forget_receipts": an_old_receipt,
    "crm.forget_old_counters": counters_that_say_nothing,
    "crm.tasks.send_letters": a_letter_that_is_due,
    "crm.tasks.sweep_letters": a_letter_of_no_more_use,
    "crm.tasks.forget_letters": an_expired_account_letter,
    "crm.keep_time": much_over_its_term,
    "crm.erase_due_readers": somebody_to_erase,
    "crm.complete_withdrawals": a_no_that_is_not_listed,
    "campaigns.tasks.deliver": waiting_mails,
    "campaigns.tasks.sweep_deliveries": the_last_mail_sent,
    "campaigns.tasks.flush_clicks": a_click,
    "campaigns.tasks.judge_clicks": a_click_not_judged_yet,
    "campaigns.tasks.read_returns": a_mail_that_came_back,
    "campaigns.tasks.try_returned_again": spoken_against,
    "feedback.tasks.mix_held_answers": held_answers,
    "feedback.tasks.project_answers": a_reader_s_answer,
    "analytics.tasks.run_loop": an_ended_campaign,
    "analytics.tasks.compute_facts": visits_of_yesterday,
    "analytics.tasks.evaluate_campaign": an_evaluation_asked_for,
    "analytics.tasks.verify_published": something_published,
    "analytics.tasks.rebuild_facts": figures_asked_anew,
    "analytics.tasks.look_through": look_asked_for,
}


# --- the state ------------------------------------------------------------------------------------
def watched_tables() -> list[str]:
    """Tables of ours but histories and audit, which tell how often something was done."""
    found = []
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            fields = {field.column for field in model._meta.local_fields}
            if "pgh_id" not in fields and model.__name__ != "AuditEvent":
                found.append(model._meta.db_table)
    return found


def without_clocks(row: str | dict) -> str:
    values = json.loads(row) if isinstance(row, str) else row
    kept = {name: value for name, value in values.items() if name not in CLOCKS}
    return json.dumps(kept, sort_keys=True)


def state() -> dict[str, list]:
    """Every watched row without its clocks, and the names of all tables there are."""
    rows = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables ORDER BY 1, 2")
        rows["tables"] = cursor.fetchall()
        for table in watched_tables():
            cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" t')
            rows[table] = sorted(without_clocks(row) for (row,) in cursor.fetchall())
    rows["withdrawn"] = lines_of_the_list()
    rows["files"] = sorted(map(str, settings.MEDIA_ROOT.rglob("*.table")))
    return rows


def lines_of_the_list() -> list[str]:
    """The list of withdrawals without its moments; it lies outside of the database."""
    if not settings.WITHDRAWN_LIST.exists():
        return []
    lines = settings.WITHDRAWN_LIST.read_text().splitlines()
    return sorted(line.partition(" ")[2] for line in lines)


def ours() -> set[str]:
    return {name for name in celery.tasks if name.split(".")[0] in APPS}


def test_every_registered_task_is_run_twice_here():
    assert ours() == {name.split()[0] for name in TASKS}


@pytest.mark.parametrize("name", TASKS)
def test_task_run_twice_leaves_what_once_left(name, request, sink):
    arguments = TASKS[name](request)
    task, before = celery.tasks[name.split()[0]], state()

    task.apply(arguments, throw=True)
    once, mails = state(), len(sink.received)
    task.apply(arguments, throw=True)

    assert once != before
    assert state() == once
    assert len(sink.received) == mails
