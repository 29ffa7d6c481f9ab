"""What is done for readers behind the pages."""

from celery import shared_task

from crm.readers import withdrawn


@shared_task(name="crm.complete_withdrawals")
def complete_withdrawals() -> int:
    """Add to the list of withdrawals what its disk had no room for; returns how many lines."""
    return withdrawn.note_missing() + withdrawn.note_missing_analytics()
