"""What a reader did, by month: single rows and folded ones counted together."""

from datetime import date, datetime

import pytest
from django.utils import timezone, translation

from crm.readers.models import Activity, FoldedMonth
from crm.readers.profile import month_rows
from tests import factories

pytestmark = pytest.mark.django_db


def at(*parts) -> datetime:
    return timezone.make_aware(datetime(*parts))


def test_months_count_each_kind_and_show_the_newest_rows():
    """In 0.1 the page listed forty single rows and, apart from them, a line a kind and month."""
    reader = factories.ReaderFactory()
    kind = Activity.Kind
    for number, (what, when) in enumerate(
        [
            (kind.VISIT, at(2026, 3, 2, 9)),
            (kind.VISIT, at(2026, 3, 31, 23, 30)),
            (kind.LOAN, at(2026, 3, 3, 9)),
            (kind.VISIT, at(2026, 2, 1, 9)),
        ]
    ):
        Activity.objects.create(reader=reader, kind=what, at=when, source="t", ref=str(number))
    FoldedMonth.objects.create(
        reader=reader,
        kind=kind.VISIT,
        month=date(2026, 2, 1),
        n=4,
        first=at(2026, 2, 2),
        last=at(2026, 2, 9),
    )

    with translation.override("en"):
        march, february = month_rows(reader, most_months=24, most_entries=2)

    assert (march.first, march.told) == (date(2026, 3, 1), "Visit 2, Loan 1")
    assert [entry.kind for entry in march.entries] == [kind.VISIT, kind.LOAN]
    assert (february.told, february.entries) == ("Visit 5", [])
    assert len(month_rows(reader, most_months=1, most_entries=9)) == 1
