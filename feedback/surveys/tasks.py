from celery import shared_task

from feedback.surveys import anonymity, projection


# The names are not the module's: verbs and the timetable know them, and messages wait under them.
@shared_task(name="feedback.tasks.mix_held_answers")
def mix_held_answers() -> None:
    anonymity.mix()


@shared_task(name="feedback.tasks.project_answers")
def project_answers() -> None:
    projection.project_answers()
