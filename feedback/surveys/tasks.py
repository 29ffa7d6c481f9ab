from celery import shared_task

from feedback.surveys import anonymity, projection


# The names are not the module's: verbs and the timetable know them, and messages wait under them.
@shared_task(name="feedback.tasks.mix_held_answers")
def mix_held_answers() -> None:
    """Write the batches that are large enough, of every survey, and delete what is over."""
    anonymity.mix()


@shared_task(name="feedback.tasks.project_answers")
def project_answers() -> None:
    """Add the activities of stored answers that are missing; figures are
    counted from activities.
    """
    projection.project_answers()
