"""A file of any age is counted before its single rows are folded, and its days are recorded."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from analytics.facts import computing
from analytics.month.figures import Month
from core.terms import Over
from crm.imports.models import ImportBatch
from crm.readers import folding
from crm.readers.models import Activity, FoldedMonth
from crm.sources.coverage import covered
from tests.crm.activities.building import imported, readers

pytestmark = pytest.mark.django_db
MAY = date(2015, 5, 1)


def test_loans_of_eleven_years_ago_are_counted_and_then_folded():
    readers(*(f"A{number}" for number in range(8)))
    rows = "".join(f"A{number},2015-05-0{number + 1},{number}\n" for number in range(8))
    imported(f"读者证号,借出时间,流水号\n{rows}")
    assert covered(Activity.Kind.LOAN, MAY, date(2015, 5, 8)).is_whole
    # Nothing is folded that no day has counted.
    long_ago = Over(timezone.now() - timedelta(days=90))
    assert (Activity.objects.filter(late=True).count(), folding.due(long_ago)) == (8, 0)

    computing.compute_recent(timezone.localdate())
    ImportBatch.objects.update(merged_at=timezone.now() - timedelta(days=31))
    counted = Month(MAY).tile("active_readers").value.public_number
    assert counted == 8
    while folding.fold(long_ago):
        pass
    assert not Activity.objects.exists()
    assert sum(FoldedMonth.objects.values_list("n", flat=True)) == 8
    computing.compute_all()
    assert Month(MAY).tile("active_readers").value.public_number == counted
