from celery import shared_task

from crm.receipts.models import FormReceipt


@shared_task(name="crm.forget_receipts")
def forget_receipts():
    FormReceipt.objects.outdated().delete()
