"""Rows of the registers with those of what went on as them."""

from django.db import connection
from django.db.models import QuerySet

from crm.registers.models import Department, DepartmentMember

WITH_PREDECESSORS = """
WITH RECURSIVE found AS (
    SELECT %s::bigint AS id
    UNION
    SELECT part.id FROM crm_department part JOIN found ON part.successor_id = found.id
)
SELECT id FROM found
"""


def with_predecessors(department: Department) -> list[int]:
    """Keys of the department and of all that went on as it, however far back; in no order, each
    once, in one statement. Its own is always among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(WITH_PREDECESSORS, [department.pk])
        return [key for (key,) in cursor.fetchall()]


def members_with_predecessors(department: Department) -> QuerySet[DepartmentMember]:
    """Who works or worked there, by the code of the department; rows of a predecessor still say its
    name. Takes two statements.
    """
    keys = with_predecessors(department)
    rows = DepartmentMember.objects.filter(department__in=keys)
    return rows.select_related("department", "user").order_by("department__code", "pk")
