from celery import shared_task

from crm.privacy import actions


@shared_task(name="crm.erase_due_readers")
def erase_due_readers() -> None:
    actions.erase_due()
