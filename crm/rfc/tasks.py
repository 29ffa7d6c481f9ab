from celery import shared_task

from crm.rfc.actions import MEASURE
from crm.rfc.measuring import measure


@shared_task(name=MEASURE)
def measure_scores() -> None:
    """Measure all readers as of now; nothing is done where another run is at it. Run twice, the
    second time writes only what differs since.
    """
    measure()
