"""Telling the workers that a content has rows to send."""

from core.queue import enqueue

#: Runs over one content at the same time.
RUNS_PER_CONTENT = 2
#: For how many seconds an unheard message stays worth hearing.
MESSAGE_EXPIRES = 60


def call_workers(content_id: int, *, runs: int = RUNS_PER_CONTENT) -> None:
    """Say that ``content_id`` has rows to send; a lost message is repeated by the sweep."""
    enqueue(
        "campaigns.tasks.deliver", content_id, runs=runs, queue="deliver", expires=MESSAGE_EXPIRES
    )
