from celery import shared_task

from crm.privacy import actions
from crm.readers import looks


@shared_task(name="crm.erase_due_readers")
def erase_due_readers() -> None:
    actions.erase_due()


@shared_task(name="crm.forget_old_looks")
def forget_old_looks() -> None:
    looks.forget_old_looks()
