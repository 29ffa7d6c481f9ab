from celery import shared_task

from crm.jobs import running


@shared_task(name="crm.sweep_jobs")
def sweep_jobs():
    """Takes up again what a worker left that died.

    Safe to run twice; called by the schedule.
    """
    running.sweep_jobs()
