"""The Celery application and the whole beat table: nothing is scheduled anywhere else."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("huixiang")
app.config_from_object("django.conf:settings", namespace="CELERY")
#: Rooms with work for the background; each has a tasks.py.
ROOMS_WITH_TASKS = [
    "crm.staff",
    "crm.accounts",
    "crm.receipts",
    "crm.jobs",
    "crm.clock",
    "crm.letters",
    "crm.readers",
    "crm.standings",
    "crm.imports",
    "crm.eresources",
    "crm.rfc",
    "crm.segments",
    "crm.privacy",
    "campaigns.sending",
    "campaigns.returns",
    "feedback.surveys",
    "analytics.facts",
    "analytics.published",
    "analytics.loop",
]
app.autodiscover_tasks(ROOMS_WITH_TASKS)


def every(seconds: int, task: str, queue: str = "default") -> dict:
    """A beat entry; it expires after its interval, so that days without a worker bring no storm.

    ``seconds`` between two runs; ``task`` is its dotted name.
    """
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds}}


def daily(hour: int, minute: int, task: str, queue: str = "compute") -> dict:
    """A beat entry at an hour of the library's own time; a night that was missed is not made up for
    after six hours, in which the day has begun.
    """
    return {
        "task": task,
        "schedule": crontab(hour=hour, minute=minute),
        "options": {"queue": queue, "expires": 6 * 3600},
    }


app.conf.beat_schedule = {
    "jobs": every(30, "crm.sweep_jobs"),
    "import-checks": every(60, "crm.settle_checks"),
    "import-tables": every(30, "crm.drop_orphaned_tables"),
    "import-files": every(3600, "crm.drop_stray_files"),
    "counters": every(900, "crm.forget_old_counters"),
    "sessions": every(3600, "crm.forget_ended_sessions"),
    "withdrawals": every(3600, "crm.complete_withdrawals"),
    "departures": every(3600, "crm.erase_due_readers"),
    "clicks": every(5, "campaigns.tasks.flush_clicks"),
    "machines": every(60, "campaigns.tasks.judge_clicks"),
    "letters": every(5, "crm.tasks.sweep_letters", "deliver"),
    "letters-bodies": every(3600, "crm.tasks.forget_letters"),
    "deliveries": every(20, "campaigns.tasks.sweep_deliveries", "deliver"),
    "returns": every(300, "campaigns.tasks.read_returns"),
    "held-answers": every(60, "feedback.tasks.mix_held_answers"),
    "answers": every(120, "feedback.tasks.project_answers"),
    "receipts": daily(1, 0, "crm.forget_receipts", "default"),
    "returned": daily(0, 40, "campaigns.tasks.try_returned_again", "default"),
    # Before the segments, which follow the same night.
    "standings": daily(1, 15, "crm.tasks.move_readers"),
    # Before the segments, which ask for it.
    "scores": daily(1, 15, "crm.measure_scores"),
    "segments": daily(1, 30, "crm.tasks.refresh_segments"),
    "facts": daily(2, 10, "analytics.tasks.compute_facts"),
    "loop": daily(2, 40, "analytics.tasks.run_loop"),
    # After the figures of the night, which count what is removed here.
    "retention": daily(3, 20, "crm.keep_time"),
    "published": daily(4, 20, "analytics.tasks.verify_published"),
}
app.conf.task_routes = {
    "campaigns.tasks.deliver": {"queue": "deliver"},
    "crm.tasks.send_letters": {"queue": "deliver"},
    "analytics.tasks.*": {"queue": "compute"},
}
