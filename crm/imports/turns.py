"""Imports of one source take turns; those of other sources run beside each other."""

from django.db import connection

HOLD = "SELECT pg_advisory_xact_lock(hashtext('crm.import'), hashtext(%(source)s))"


def take_turn(*sources: str) -> None:
    """Hold these sources, by their codes, until the transaction ends: no import of one of them
    begins meanwhile, and one that runs is waited for. One statement for each of them.
    """
    with connection.cursor() as cursor:
        # In one order, or two that hold the same two sources could wait for each other.
        for source in sorted(set(sources)):
            cursor.execute(HOLD, {"source": source})
