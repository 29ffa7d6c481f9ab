from celery import shared_task

from feedback.surveys import anonymity, projection


# The names are not the module's: verbs and the timetable know them, and messages wait under them.
@shared_task(name="feedback.tasks.mix_held_answers")
def mix_held_answers() -> None:
    """Writes the batches that are large enough, and deletes what is over."""
    anonymity.mix()


@shared_task(name="feedback.tasks.project_answers")
def project_answers() -> None:
    """Brings answers that are stored into the form that figures are counted from."""
    projection.project_answers()
