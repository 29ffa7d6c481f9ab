"""Tasks say only that letters wait; the rows say which. Each may run twice, late, or not at all."""

from celery import shared_task, signals

from crm.letters import forgetting, post
from crm.letters.stopping import stop
from crm.letters.workers import call_workers


@shared_task(name="crm.tasks.send_letters")
def send_letters() -> None:
    """Mail what is due, then say whether there is more.

    Any number of these may run at once; each mails for a bounded time.
    """
    if post.send_due():
        call_workers()


@shared_task(name="crm.tasks.sweep_letters")
def sweep_letters() -> None:
    """Settle what dead workers left behind, and call for workers where letters are due.

    Safe to run twice.
    """
    if post.sweep():
        call_workers()


@shared_task(name="crm.tasks.forget_letters")
def forget_letters() -> None:
    """Deletes the texts of letters that have long gone out.

    How long that is is said by the room's own rule (``crm.letters.forgetting``).
    """
    forgetting.forget_bodies()


@signals.worker_shutting_down.connect
def end_runs(**_about) -> None:
    """SIGTERM: runs end after the message in hand instead of after their chunk.

    Called by Celery's signal when the worker is asked to end.
    """
    stop.set()


@signals.worker_init.connect
def begin_runs(**_about) -> None:
    """A worker that starts may send: what was asked of the one before is over.

    Called by Celery's signal before the worker takes its first task.
    """
    stop.clear()
