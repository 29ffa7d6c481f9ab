"""What a campus, college or department was, and what it is today: one rule for lists and charts.

Old records go on naming what they were written for. "As today" they stand under its successor, "as
then" under the name they bear.
"""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crm.staff.models import Lasting

#: Keys of some rows of a register and of all that went on as them, however far back, each once.
#: ``table``: that of the register; ``which``: the condition for the rows themselves.
WITH_PREDECESSORS = """
    WITH RECURSIVE found AS (
        SELECT id FROM {table} WHERE {which}
        UNION
        SELECT part.id FROM {table} part JOIN found ON part.successor_id = found.id
    )
    SELECT id FROM found
"""


class Called(TextChoices):
    """By which name old records are told."""

    TODAY = "today", _("as today, what was merged under its successor")
    THEN = "then", _("as they were called then")


def with_predecessors(place: Lasting) -> list[int]:
    """Keys of a campus, college or department and of all that went on as it, however far back; in
    no order, each once. Its own is always among them. One statement.
    """
    sql = WITH_PREDECESSORS.format(table=place._meta.db_table, which="id = %s")
    with connection.cursor() as cursor:
        cursor.execute(sql, [place.pk])
        return [key for (key,) in cursor.fetchall()]


def called_on(register: Iterable[Lasting], day: date) -> dict[int, Lasting]:
    """{key of a row: what it is on ``day``}, itself or its successor by then, for all rows of a
    ``register``, of which none may be left out. As ``Lasting.as_of`` says of one; no statement.
    """
    rows = {row.pk: row for row in register}
    found = {}
    for key, row in rows.items():
        later = row
        while later.successor_id and later.ends_on < day:
            later = rows[later.successor_id]
        found[key] = later
    return found
