from celery import shared_task

from feedback.calls import letters
from feedback.calls.letters import mail_waiting


@shared_task(name="feedback.tasks.mail_thanks")
def mail_thanks(work_id: int) -> None:
    letters.mail_thanks(work_id)


@shared_task(name="feedback.tasks.mail_waiting_letters")
def mail_waiting_letters() -> None:
    mail_waiting()
