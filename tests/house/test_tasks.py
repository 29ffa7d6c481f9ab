"""Fault 15: every registered task, run twice, leaves the same state as run once."""

import json

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from config.celery import app as celery
from crm.imports.models import ImportBatch
from crm.jobs.actions import start_job
from crm.staff.models import SignInFailure
from feedback.calls.models import Submission
from feedback.voices.models import VoiceMessage
from tests import factories
from tests.analytics.building import telling_campaign

APPS = ("crm", "campaigns", "feedback", "analytics")
#: When something was last computed says nothing about what it came to.
CLOCKS = {"refreshed_at", "refresh_ms", "computed_at", "updated_at", "beat_at", "lease_until"}

celery.loader.import_default_modules()
pytestmark = pytest.mark.django_db(transaction=True)


def job_for(kind: str, **params):
    return start_job(
        kind=kind, title="Twice", by=factories.UserFactory(role="librarian"), params=params
    ).pk


def uploaded() -> ImportBatch:
    return factories.ImportBatchFactory(
        source="library", mapping={"number": "number", "kind": "kind"}, encoding="utf-8"
    )


def imported() -> ImportBatch:
    batch = uploaded()
    celery.tasks["crm.import_readers"].apply(
        [job_for("crm.import_readers", batch=batch.pk)], throw=True
    )
    return batch


def reply() -> VoiceMessage:
    voice = factories.VoiceFactory(email="reader@example.org")
    return VoiceMessage.objects.create(voice=voice, text="It has been repaired.")


def work() -> Submission:
    by = factories.UserFactory(role="librarian")
    return factories.SubmissionFactory(
        state="published", licence_agreed="yes", published_at=timezone.now(), published_by=by
    )


def waiting(request):
    """A launched content with two readers to write to, and a mail server that listens."""
    request.getfixturevalue("sink")
    letter = request.getfixturevalue("content")
    letter.state, letter.launched_at, letter.launched_by = (
        "sending",
        timezone.now(),
        letter.campaign.owner,
    )
    letter.save()
    for _n in range(2):
        factories.DeliveryFactory(content=letter)
    return [letter.pk]


def nothing(_request):
    return []


#: Task → what it is given; the function first makes the rows that give it something to do.
TASKS = {
    "crm.tasks.refresh_segment": lambda _r: [
        factories.ReaderFactory() and factories.SegmentFactory(rule={}).pk
    ],
    "crm.tasks.refresh_segments": lambda _r: (
        [] if factories.ReaderFactory() and factories.SegmentFactory() else None
    ),
    "crm.import_readers": lambda _r: [job_for("crm.import_readers", batch=uploaded().pk)],
    "crm.undo_import": lambda _r: [job_for("crm.undo_import", batch=imported().pk)],
    "crm.sweep_jobs": nothing,
    "crm.drop_orphaned_tables": nothing,
    "crm.forget_old_failures": lambda _r: [] if SignInFailure.objects.create(name="x") else None,
    "campaigns.tasks.deliver": waiting,
    "campaigns.tasks.sweep_deliveries": lambda r: waiting(r)[1:],
    "campaigns.tasks.flush_clicks": nothing,
    "feedback.tasks.mail_voice_reply": lambda _r: [reply().pk],
    "feedback.tasks.mail_thanks": lambda _r: [work().pk],
    "feedback.tasks.mix_held_answers": nothing,
    "feedback.tasks.project_answers": nothing,
    "feedback.tasks.mail_waiting_letters": lambda _r: [] if reply() and work() else None,
    "analytics.tasks.run_loop": lambda _r: [] if telling_campaign() else None,
    "analytics.tasks.compute_facts": lambda _r: [] if telling_campaign() else None,
    "analytics.tasks.evaluate_campaign": lambda _r: [
        job_for("analytics.tasks.evaluate_campaign", campaign=telling_campaign().pk)
    ],
    "analytics.tasks.rebuild_facts": lambda _r: [
        job_for("analytics.tasks.rebuild_facts") if telling_campaign() else 0
    ],
}


def state() -> dict[str, list]:
    """Every row of every table of ours but histories and audit, without its clocks."""
    rows = {}
    with connection.cursor() as cursor:
        for label in APPS:
            for model in apps.get_app_config(label).get_models(include_auto_created=True):
                fields = {field.column for field in model._meta.local_fields}
                if "pgh_id" not in fields and model.__name__ != "AuditEvent":
                    cursor.execute(f'SELECT to_jsonb(t) FROM "{model._meta.db_table}" t')
                    found = [
                        json.loads(row) if isinstance(row, str) else row
                        for (row,) in cursor.fetchall()
                    ]
                    kept = [
                        {name: row[name] for name in sorted(row.keys() - CLOCKS)} for row in found
                    ]
                    rows[model._meta.label] = sorted(
                        json.dumps(row, sort_keys=True) for row in kept
                    )
    return rows


def ours() -> set[str]:
    return {name for name in celery.tasks if name.split(".")[0] in APPS}


def test_every_registered_task_is_run_twice_here():
    assert ours() == TASKS.keys()


@pytest.mark.parametrize("name", TASKS)
def test_task_run_twice_leaves_what_once_left(name, request, mailoutbox):
    arguments = TASKS[name](request)
    task = celery.tasks[name]

    task.apply(arguments, throw=True)
    once, letters = state(), len(mailoutbox)
    task.apply(arguments, throw=True)

    assert state() == once
    assert len(mailoutbox) == letters
