from celery import shared_task

from crm.privacy import actions


@shared_task(name="crm.erase_due_readers")
def erase_due_readers() -> None:
    """Erases everybody whose day has come; one that fails does not stop the others.

    Safe to run twice: who is gone is not due any more.
    """
    actions.erase_due()
