"""A file of visits that says how often makes no single visit of three, and none of nought."""

import pytest
from django.utils import translation

from crm.activities.forms import ActivityMapForm
from crm.activities.loading import problems_of
from crm.imports.load import preview
from crm.imports.opening import Unreadable
from crm.readers.models import Activity
from tests.crm.activities.building import imported, readers, source_named, uploaded

pytestmark = pytest.mark.django_db


def file_of(column, *times, **more):
    rows = "".join(f"A{n},2026-10-0{n},{said}\n" for n, said in enumerate(times, start=1))
    text = f"读者证号,日期,{column}\n{rows}"
    return text, {"kind": "visits", "source": source_named("门禁", ("visit",)), **more}


@pytest.mark.parametrize(
    "column", ["次数", "到馆次数", "入馆次数", "visits", "Count", "到馆（次数）"]
)
def test_column_that_says_how_often_is_asked_about(column):
    readers("A1", "A2", "A3")
    text, how = file_of(column, "3", "0", "X")
    batch = uploaded(text, **how)
    with translation.override("en"):
        (said,) = problems_of(batch)
    assert said.startswith(f"The column “{column}” says how often")
    with pytest.raises(Unreadable):
        preview(batch)
    assert not Activity.objects.exists()


def test_who_says_that_each_row_is_one_is_heard_and_asked_for_it_in_the_form():
    readers("A1", "A2")
    text, how = file_of("次数", "3", "1")
    batch = uploaded(text, **how)
    header, *rows = [line.split(",") for line in text.splitlines()]
    form = ActivityMapForm(batch=batch, header=header, sample=rows)
    assert "row_is_one" in form.fields
    assert form.parts()[-1].open
    (why,) = [row.why for row in form.column_rows() if row.name == "次数"]
    assert why.asks
    imported(text, row_is_one=True, **how)
    assert Activity.objects.count() == 2


def test_column_of_ones_says_nothing_and_a_file_without_one_is_asked_nothing():
    readers("A1", "A2")
    text, how = file_of("次数", "1", "1")
    assert problems_of(uploaded(text, **how)) == []
    other, how = file_of("通道", "3", "4")
    batch = uploaded(other, **how)
    assert problems_of(batch) == []
    header, *rows = [line.split(",") for line in other.splitlines()]
    assert "row_is_one" not in ActivityMapForm(batch=batch, header=header, sample=rows).fields
    # Renewals beside a loan, and how often an item was lent, say nothing of the row.
    loans = "读者证号,借出时间,续借次数,借阅次数\nA1,2026-10-01,2,30\n"
    assert problems_of(uploaded(loans)) == []
