"""A few of those whom a rule finds, for who may open them."""

from django.db import connection
from django.utils import timezone

from crm.readers.looks import look_at_many
from crm.readers.models import LookPlace, Reader
from crm.readers.scopes import NOBODY, campus_of, scope_of
from crm.segments.compile import compile_rule
from crm.segments.refresh import COUNT_MS, at_most
from crm.segments.rule import Rule
from crm.staff.models import User

SIZE = 8
#: The same few all day, however often the button is pressed, and others tomorrow.
SAMPLE = f"""
SELECT id
FROM ({{selected}}) AS selected
WHERE %s::integer IS NULL OR campus_id = %s::integer
ORDER BY hashint8extended(id, %s), id
LIMIT {SIZE}
"""


def sample_for(viewer: User, rule: Rule) -> list[Reader]:
    """Readers whom ``rule`` finds and ``viewer`` may open, SIZE at most, by name; that they were
    shown is written down. Empty for who may open nobody.

    RuleError or TooSlow where there is no answer, TooMany as for every list.
    """
    scope = scope_of(viewer)
    if scope == NOBODY:
        return []
    campus = campus_of(scope)
    sql, params = compile_rule(rule, columns="r.id, r.campus_id")
    today = timezone.localdate().toordinal()
    with at_most(COUNT_MS), connection.cursor() as cursor:
        cursor.execute(SAMPLE.format(selected=sql), [*params, campus, campus, today])
        found = [pk for (pk,) in cursor.fetchall()]

    look_at_many(found, by=viewer, place=LookPlace.LIST)
    readers = Reader.objects.visible_to(viewer).filter(pk__in=found)
    return list(readers.select_related("campus").order_by("name", "pk"))
