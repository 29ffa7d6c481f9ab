from celery import shared_task

from feedback import anonymity, letters, projection


@shared_task
def mail_voice_reply(message_id: int) -> None:
    letters.mail_voice_reply(message_id)


@shared_task
def mail_thanks(work_id: int) -> None:
    letters.mail_thanks(work_id)


@shared_task
def mail_waiting_letters() -> None:
    letters.mail_waiting()


@shared_task
def mix_held_answers() -> None:
    anonymity.mix()


@shared_task
def project_answers() -> None:
    projection.project_answers()
