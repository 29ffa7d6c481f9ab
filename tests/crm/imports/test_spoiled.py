"""Numbers and telephones that a spreadsheet made something else of, in a text or in a workbook."""

import io
from datetime import datetime, time

import pytest
from openpyxl import Workbook

from crm.imports import fields
from crm.imports.fields import Refusal
from crm.imports.load import preview
from crm.imports.spoiled import cause_of
from crm.readers.models import Reader
from tests.crm.imports.building import batch_of, imported
from tests.crm.imports.test_hostile import read

MAPPING = {"number": "读者证号", "name": "姓名"}
CONSTANTS = {"kind": "undergraduate"}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("2,02412E+11", "shortened-number"),
        ("2,02412e+11", "shortened-number"),
        ("1.2 E+11", "shortened-number"),
        ("+2.02412E+11", "shortened-number"),
        ("2.024E 11", "shortened-number"),
        ("20,245,001.00", "grouped-number"),
        ("20.245.001,00", "grouped-number"),
        ("20241234.5", "fraction-number"),
        ("2024-03-12", "day-as-number"),
        ("2024-03-12 08:00:00", "day-as-number"),
        ("2024/3/12", "day-as-number"),
        ("2024年3月12日", "day-as-number"),
        ("12-Mar", "day-as-number"),
        ("Mar-24", "day-as-number"),
        ("12:30", "day-as-number"),
        ("TRUE", "truth-as-number"),
    ],
)
def test_spoiled_number_is_refused_with_its_cause(text, cause):
    with pytest.raises(Refusal, match=cause):
        fields.number(text)


@pytest.mark.parametrize(
    "text",
    ["20245001", "+8613800138000", "2019.123", "2024-3-12", "2024-0312", "12E", "MAR24001", "T1"]
    + ["123.456.789-00", "mary", "1234-5678", "00012"],
)  # fmt: skip
def test_number_that_only_looks_odd_is_one(text):
    assert (cause_of(text), fields.number(text)) == ("", text)


@pytest.mark.django_db
def test_numbers_of_a_decimal_comma_make_no_reader():
    text = "读者证号;姓名\n2,02412E+11;甲\n2,02412E+11;乙\n"
    batch = imported(text, mapping=MAPPING, constants=CONSTANTS)
    assert Reader.objects.count() == 0
    assert set(batch.refusals.values_list("reason", flat=True)) == {"shortened-number"}


@pytest.mark.parametrize("cell", [datetime(2024, 3, 12), time(12, 30), 20241234.5, True])
def test_number_of_a_workbook_that_became_something_else_is_refused(tmp_path, cell):
    book = Workbook()
    book.active.append(["读者证号", "姓名", "邮箱"])
    book.active.append([cell, "甲", "a@example.com"])
    out = io.BytesIO()
    book.save(out)
    path = tmp_path / "readers.xlsx"
    path.write_bytes(out.getvalue())
    _form, _mapping, [row], _found = read(path)
    with pytest.raises(Refusal):
        fields.number(row["number"])


def long_numbers(*numbers):
    rows = "".join(f"{number},人{place}\n" for place, number in enumerate(numbers))
    return batch_of("读者证号,姓名\n" + rows, mapping=MAPPING, constants=CONSTANTS)


@pytest.mark.django_db
def test_long_numbers_that_all_end_in_zeros_were_rounded():
    lost = [f"11010119900307{n}000" for n in (1, 2, 3, 3, 4, 5)]
    seen = preview(long_numbers(*lost, "20245001"))
    assert (seen.reasons, seen.counts.created) == ([("rounded-number", 6)], 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "numbers",
    # One that ends otherwise tells that all digits are there; one zero is chance.
    [["110101199003071000", "110101199003072000", "11010119900307301X"]]
    + [["110101199003071000", "110101199003072000", "110101199003073011"]]
    + [["1101011990030710"], ["1000000", "2000000"]],
)  # fmt: skip
def test_long_numbers_of_which_one_ends_otherwise_were_not(numbers):
    assert preview(long_numbers(*numbers)).counts.created == len(numbers)


@pytest.mark.parametrize("text", ["----------", "..........", "( ) ( )", "--  1  --", "+.....12"])
def test_signs_alone_are_no_telephone(text):
    with pytest.raises(Refusal, match="bad-phone"):
        fields.phone(text)


def test_apostrophe_before_a_telephone_goes():
    assert fields.phone("'13800138000") == fields.phone("’13800138000") == "13800138000"
    assert fields.phone("'+86 10-6255 1234") == "+86 10-6255 1234"
    assert fields.phone("10086") == "10086"
