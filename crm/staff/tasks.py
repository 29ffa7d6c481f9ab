from celery import shared_task

from crm.staff import sign_in


@shared_task(name="crm.forget_old_counters")
def forget_old_counters():
    """Deletes what the counters of tries and the buckets no longer need."""
    sign_in.forget_old_counters()
