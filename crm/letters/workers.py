"""Telling the workers that letters wait."""

from core.queue import enqueue

#: For how many seconds an unheard message stays worth hearing; the sweep repeats it.
MESSAGE_EXPIRES = 60


def call_workers() -> None:
    """Say that letters are due.

    Where the broker is away nothing is raised: the sweep calls again.
    """
    enqueue("crm.tasks.send_letters", queue="deliver", expires=MESSAGE_EXPIRES)
