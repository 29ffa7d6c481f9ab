"""Of several rows of one person the newest is taken, wherever it stands in the file."""

from datetime import date, datetime

import pytest

from crm.imports.describing import describe
from crm.imports.newest import WITHOUT_END, changed_at, until
from crm.readers.models import Identity, Reader
from tests.crm.imports.building import batch_of, imported
from tests.factories import ReaderFactory

MAPPING = {
    "number": "证号",
    "name": "姓名",
    "expires_on": "有效期至",
    "updated_on": "更新时间",
    "registered_on": "办证日期",
}


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2027-06-30", date(2027, 6, 30)),
        ("长期有效", WITHOUT_END),
        ("9999-12-31", WITHOUT_END),
        ("31/12/2999", WITHOUT_END),
        ("0000-00-00", None),
        ("", None),
        ("bald", None),
    ],
)
def test_what_has_no_end_is_valid_longest(cell, day):
    assert until("dmy")(cell) == day


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-10-05 17:05:09", datetime(2026, 10, 5, 17, 5, 9)),
        ("2026-10-05T09:05", datetime(2026, 10, 5, 9, 5)),
        ("05/10/2026 5:05 PM", datetime(2026, 10, 5, 17, 5)),
        ("05/10/2026 12:05 AM", datetime(2026, 10, 5, 0, 5)),
        ("2026-10-05 上午12:30", datetime(2026, 10, 5, 0, 30)),
        ("2026-10-05 下午8:30", datetime(2026, 10, 5, 20, 30)),
        ("05/10/2026 12:05 PM", datetime(2026, 10, 5, 12, 5)),
        ("2026/10/5 下午 3:05", datetime(2026, 10, 5, 15, 5)),
        ("2026/10/5 上午12:05", datetime(2026, 10, 5, 0, 5)),
        ("2026-10-05 0:05", datetime(2026, 10, 5, 0, 5)),
        ("2026-10-05 24:00", datetime(2026, 10, 6)),
        ("20261005170509", datetime(2026, 10, 5, 17, 5, 9)),
        ("2026-10-05", datetime(2026, 10, 5)),
        ("0000-00-00 00:00:00", None),
    ],
)
def test_a_row_was_changed_at_a_moment(cell, moment):
    assert changed_at("dmy")(cell) == moment


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("older", "newer"),
    [
        # (valid until, changed at, registered on)
        (("2024-06-30", "", ""), ("2027-06-30", "", "")),
        (("2024-06-30", "", "2026-01-01"), ("长期", "", "")),
        (("2027-06-30", "2026-01-01", ""), ("2024-06-30", "2026-02-01", "")),
        (("", "2026-02-01 09:00", ""), ("", "2026-02-01 17:30", "")),
        (("", "", "2020-01-01"), ("", "", "2024-01-01")),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_row_of_a_number_is_taken(older, newer, turned):
    rows = [("旧", *older), ("新", *newer)]
    text = "证号,姓名,有效期至,更新时间,办证日期\n"
    text += "".join(f"1001,{','.join(row)}\n" for row in (reversed(rows) if turned else rows))
    batch = imported(text, mapping=MAPPING, constants={"kind": "public"})
    assert (batch.created, batch.refused, batch.refusals.get().reason) == (1, 1, "duplicate")
    reader = Reader.objects.get()
    assert reader.name == "新"
    is_over = newer[0].startswith("2024")
    assert reader.state == ("left" if is_over else "active")


@pytest.mark.django_db
def test_the_newest_row_speaks_for_a_reader_of_two_numbers():
    reader = ReaderFactory(source="library", number="1001", name="李", state="left")
    Identity.objects.create(reader=reader, system_id="library", number="1002")
    text = "证号,姓名,有效期至,更新时间,办证日期\n1001,李,2024-06-30,,\n1002,李,2099-06-30,,\n"
    batch = imported(text, mapping=MAPPING)
    reader.refresh_from_db()
    assert (reader.state, batch.changed, batch.refused) == ("active", 1, 1)
    assert batch.refusals.get().line == 2


@pytest.mark.django_db
def test_column_of_changes_is_found_by_its_name():
    text = "证号,姓名,有效期至,更新时间\n1001,李,2024-06-30,2026-01-01\n"
    batch = batch_of(text)
    describe(batch)
    assert batch.mapping["updated_on"] == "更新时间"
