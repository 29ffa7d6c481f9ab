from celery import shared_task

from crm.rfc.actions import MEASURE
from crm.rfc.measuring import measure


@shared_task(name=MEASURE)
def measure_scores() -> None:
    measure()
