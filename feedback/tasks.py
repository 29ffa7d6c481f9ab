from celery import shared_task

from feedback import letters


@shared_task
def mail_voice_reply(message_id: int) -> None:
    letters.mail_voice_reply(message_id)


@shared_task
def mail_thanks(work_id: int) -> None:
    letters.mail_thanks(work_id)


@shared_task
def mail_waiting_letters() -> None:
    letters.mail_waiting()
