"""Telling the workers that there is work.

The rows say what it is; a lost message is repeated by a sweep.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue(task: str, *arguments: int, runs: int = 1, **options) -> None:
    """Call ``task``, by its registered name, once the transaction has committed (at once where
    there is none).

    ``runs`` messages are sent, with Celery's ``options`` (queue, expires). A broker that is away
    costs nothing here: every task called this way has a sweep that finds its rows again.
    """
    transaction.on_commit(partial(_send, task, arguments, runs, options), robust=True)


def _send(task: str, arguments: tuple[int, ...], runs: int, options: dict) -> None:
    """Where the broker cannot be reached nothing is raised: the sweep finds what waits."""
    try:
        for _run in range(runs):
            current_app.send_task(task, args=arguments, retry=False, **options)
    except (OperationalError, OSError) as fault:
        log.warning("%s%s waits for its sweep: %s", task, arguments, fault)
