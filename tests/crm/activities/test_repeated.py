"""The same row twice in a file: one loan where the item is named, two where nothing tells."""

import pytest

from crm.readers.models import Activity
from tests.crm.activities.building import imported, readers

pytestmark = pytest.mark.django_db
NAMED = """读者证号,条码,借出时间
A1,T0001,2026-10-01 09:00:00
A1,T0002,2026-10-01 09:00:00
A1,T0001,2026-10-01 09:00:00
"""
NAMELESS = """读者证号,借出时间
A1,2026-10-01 09:00:00
A1,2026-10-01 09:00:00
"""
NUMBERED = """流水号,读者证号,条码,借出时间
1,A1,T0001,2026-10-01 09:00:00
2,A1,T0001,2026-10-01 09:00:00
"""


@pytest.mark.parametrize(("text", "loans"), [(NAMED, 2), (NAMELESS, 2), (NUMBERED, 2)])
def test_a_row_with_its_item_counts_once_and_again_adds_nothing(text, loans):
    readers("A1")

    first = imported(text)
    again = imported(text)

    assert (first.created, first.refused) == (loans, 0)
    assert (again.created, Activity.objects.count()) == (0, loans)


def test_rows_in_another_order_are_the_same_rows():
    readers("A1")
    imported(NAMED)
    head, *rows = NAMED.splitlines()

    again = imported("\n".join([head, *reversed(rows)]) + "\n")

    assert (again.created, Activity.objects.count()) == (0, 2)
