from celery import shared_task

from crm.receipts.models import FormReceipt, KeptAnswer


@shared_task(name="crm.forget_receipts")
def forget_receipts():
    """Deletes the ids of forms that nobody sends a second time any more."""
    FormReceipt.objects.outdated().delete()
    KeptAnswer.objects.outdated().delete()
