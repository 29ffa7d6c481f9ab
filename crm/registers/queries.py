"""Rows of the registers with those of what went on as them."""

from django.db.models import QuerySet

from crm.registers.models import Department, DepartmentMember
from crm.staff.succession import with_predecessors


def members_with_predecessors(department: Department) -> QuerySet[DepartmentMember]:
    """Who works or worked there, by the code of the department; rows of a predecessor still say its
    name. Takes two statements.
    """
    keys = with_predecessors(department)
    rows = DepartmentMember.objects.filter(department__in=keys)
    return rows.select_related("department", "user").order_by("department__code", "pk")
