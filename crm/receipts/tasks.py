from celery import shared_task

from crm.receipts.models import Receipt


@shared_task(name="crm.forget_receipts")
def forget_receipts():
    Receipt.objects.outdated().delete()
