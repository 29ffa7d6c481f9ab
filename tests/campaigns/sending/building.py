"""Launched contents and the states of their rows."""

from campaigns.sending.actions import launch_content
from tests import factories


def states(content) -> dict[str, int]:
    rows = content.deliveries.values_list("state", flat=True)
    return {state: list(rows).count(state) for state in set(rows)}


def launched(content, librarian, readers=3):
    made = factories.ReaderFactory.create_batch(readers)
    launch_content(content=content, by=librarian)
    return made
