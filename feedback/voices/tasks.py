from celery import shared_task

from feedback.voices import letters


@shared_task(name="feedback.tasks.mail_voice_reply")
def mail_voice_reply(message_id: int) -> None:
    letters.mail_voice_reply(message_id)
