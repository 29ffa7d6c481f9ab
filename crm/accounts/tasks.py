from celery import shared_task

from crm.accounts import kept


@shared_task(name="crm.forget_ended_sessions")
def forget_ended_sessions():
    """Deletes sessions that have ended, and what was typed in them."""
    kept.forget_ended()
