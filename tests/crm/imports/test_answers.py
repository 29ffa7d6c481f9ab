"""What a file says of consent: a no is heard in whichever words it is said."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.imports.actions import upload_file
from crm.imports.answers import answer_in
from crm.imports.fields import Refusal
from crm.imports.load import preview
from crm.imports.overlooked import overlooked_in
from crm.imports.remarks import warnings_in_words
from crm.readers.models import Reader
from tests.crm.imports.building import imported

HEADER = "读者证号,姓名,邮箱,同意邮件\n"
MAPPING = {"number": "读者证号", "name": "姓名", "email": "邮箱", "consent_email": "同意邮件"}
CONSTANTS = {"kind": "undergraduate", "language": "zh-hans"}


def take(text, **mapping):
    return imported(text, mapping=MAPPING | mapping, constants=CONSTANTS)


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("是", "yes"), ("Yes", "yes"), ("1.0", "yes"), ("需要", "yes"), ("Ja", "yes"),
        ("OK!", "yes"), ("没有", "no"), ("拒收", "no"), ("已退订", "no"), ("不接受", "no"),
        ("拒绝", "no"), ("不需要", "no"), ("不接收邮件", "no"), ("暂不", "no"), ("未订阅", "no"),
        ("0.0", "no"), ("取消订阅", "no"), ("请勿发送", "no"), ("No", "no"), ("opted out", "no"),
        ("No thanks", "no"), ("no, thank you", "no"), ("Don’t", "no"), ("do not mail me", "no"),
        ("Nein", "no"), ("non", "no"), ("Unsubscribed", "no"), ("declined", "no"), ("否。", "no"),
        ("", None), ("-", None), ("N/A", None), ("未知", None), ("未填写", None), ("不详", None),
        ("no answer", None),
    ],
)  # fmt: skip
def test_answer_in_many_words(word, answer):
    assert answer_in(word) == answer


@pytest.mark.parametrize("word", ["maybe", "不反对", "未退订", "not specified", "微信", "Nora"])
def test_word_that_is_neither_yes_nor_no_is_no_answer(word):
    with pytest.raises(Refusal, match="bad-answer"):
        answer_in(word)


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["没有", "拒收", "已退订", "不需要", "0.0", "不接收邮件"])
def test_no_in_other_words_ends_what_was_allowed(word):
    take(HEADER + "A1,甲,a1@example.com,是\n")
    assert Reader.objects.get().consents != []
    take(HEADER + f"A1,甲,a1@example.com,{word}\n")
    assert Reader.objects.get().consents == []


@pytest.mark.django_db
def test_unclear_word_keeps_the_person_allows_nothing_and_is_listed():
    take(HEADER + "A1,甲,a1@example.com,是\n")
    allowed = Reader.objects.get().consents
    batch = take(HEADER + "A1,甲一,a1@example.com,也许\nA2,乙,a2@example.com,再说\n")
    one, other = Reader.objects.order_by("number")
    assert (one.name, one.consents) == ("甲一", allowed)
    assert (other.name, other.consents) == ("乙", [])
    assert batch.report["warnings"] == [
        {"field": "consent_email", "reason": "bad-answer", "rows": 2, "lines": [2, 3]}
    ]
    [said] = warnings_in_words(batch, batch.report["warnings"])
    assert "2、3" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "column",
    ["退订", "是否退订", "邮件退订", "拒收邮件", "Do not email", "No mail", "Opt-out", "勿扰"]
    + ["Unsubscribed", "不接收邮件"],
)  # fmt: skip
def test_yes_in_a_column_of_refusals_is_a_no_and_a_no_there_is_no_yes(column):
    take(HEADER + "A1,甲,a1@example.com,是\n")
    text = f"读者证号,姓名,邮箱,{column}\nA1,甲,a1@example.com,是\nA2,乙,a2@example.com,否\n"
    batch = upload_file(file=SimpleUploadedFile("读者.csv", text.encode()), by=None)
    guessed = {field for field, name in batch.mapping.items() if name == column}
    assert guessed & {"refusal_email", "refusal_all"}
    imported(text, mapping=batch.mapping, constants=CONSTANTS)
    assert list(Reader.objects.order_by("number").values_list("consents", flat=True)) == [[], []]


@pytest.mark.django_db
def test_no_of_one_column_goes_before_the_yes_of_another():
    text = "读者证号,姓名,邮箱,同意邮件,退订\nA1,甲,a1@example.com,是,是\n"
    take(text, refusal_email="退订")
    assert Reader.objects.get().consents == []


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["Einwilligung", "退订状态", "Do not send", "打扰"])
def test_column_of_consents_that_is_not_taken_is_pointed_out(column):
    text = f"读者证号,姓名,邮箱,{column}\nA1,甲,a1@example.com,是\n"
    batch = upload_file(file=SimpleUploadedFile("读者.csv", text.encode()), by=None)
    assert [(one.column, one.holds) for one in overlooked_in(batch)] == [(column, "consent")]
    batch.source = "library"
    assert column in [one.column for one in preview(batch).overlooked]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "word",
    [
        "是", "1", "已退订", "退订", "Unsubscribed", "opted out", "拒收", "2026-03-01",
        "2026/3/1 10:00", "5-Mar-2021", "20260301", "maybe",
    ],
)  # fmt: skip
def test_whoever_left_in_any_word_or_on_a_day_is_not_written_to(word):
    take(
        f"读者证号,姓名,邮箱,同意邮件,退订\nA1,甲,a1@example.com,是,{word}\n", refusal_email="退订"
    )

    assert Reader.objects.get().consents == []


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["否", "0", "", "No", "0000-00-00", "没有"])
def test_whoever_did_not_leave_stays(word):
    take(
        f"读者证号,姓名,邮箱,同意邮件,退订\nA1,甲,a1@example.com,是,{word}\n", refusal_email="退订"
    )

    assert Reader.objects.get().consents != []
