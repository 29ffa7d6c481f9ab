"""One number in several writings is one reader, at every door."""

import pytest
from django.db import connection
from django.urls import reverse

from core.addresses import number_key, number_key_of
from core.refusals import Refused
from crm.identity.actions import add_number, claim_by_code, invite
from crm.imports.load import preview
from crm.merges.queries import suspected
from crm.readers.bearers import has_number, numbered
from crm.readers.models import Activity, Identity, NumberSystem, Reader
from tests.crm.activities import building as loans
from tests.crm.imports.building import batch_of, hostile, imported
from tests.factories import ReaderFactory, UserFactory

HEADER = "读者证号,姓名,邮箱,同意邮件\n"
MAPPING = {"number": "读者证号", "name": "姓名", "email": "邮箱", "consent_email": "同意邮件"}
CONSTANTS = {"kind": "undergraduate", "language": "zh-hans"}
WRITINGS = ["B 1001x", "b1001X", "B1001X", "b1001x", " ｂ１００１ｘ "]


def card_system():
    return NumberSystem.objects.create(code="card", name_zh="校园卡", name_en="Card")


def take(text, **mapping):
    return imported(text, mapping=MAPPING | mapping, constants=CONSTANTS)


def numbers():
    return list(Reader.objects.order_by("number").values_list("number", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [*WRITINGS, "Ж-7 Я", "３２０１ 01", "İ1", "ẞ2", "x\tY"])
def test_key_is_one_in_python_and_in_sql(typed):
    reader = ReaderFactory(number=typed.strip())
    keys = Reader.objects.annotate(key=number_key_of("number")).values_list("key", flat=True)
    if typed.isascii():
        assert list(keys) == [number_key(reader.number)]
    assert number_key("B 1001x") == number_key("b1001X") == "b1001x"


@pytest.mark.django_db
def test_hostile_30_one_card_in_five_writings_is_one_reader():
    imported(
        hostile("30_number_writings.csv"),
        mapping=MAPPING | {"kind": "类型"},
        constants={"language": "zh-hans"},
    )
    assert numbers() == ["3201011990010112X4"]


@pytest.mark.django_db
@pytest.mark.parametrize("writing", WRITINGS)
def test_second_file_with_another_writing_finds_its_reader(writing):
    take(HEADER + "B1001x,王丽,wl@example.com,是\n")
    batch = take(HEADER + f"{writing},王丽,wl@example.com,否\n")
    # Stored is what was given first.
    assert (numbers(), batch.created, batch.changed) == (["B1001x"], 0, 1)
    assert Reader.objects.get().consents == []


@pytest.mark.django_db
def test_rows_of_one_file_with_one_number_in_two_writings_are_one_reader():
    batch = take(HEADER + "B1001x,旧,wl@example.com,是\nb 1001X,新,wl@example.com,是\nC7,丙,,\n")
    assert (numbers(), batch.created) == (["B1001x", "C7"], 2)
    assert list(batch.refusals.values_list("line", "reason")) == [(3, "duplicate")]


@pytest.mark.django_db
def test_preview_counts_another_writing_as_the_same_reader():
    take(HEADER + "B1001x,王丽,wl@example.com,是\n")
    seen = preview(
        batch_of(HEADER + "b1001X,王丽,wl@example.com,是\n", mapping=MAPPING, constants=CONSTANTS)
    )
    assert (seen.counts.created, seen.counts.unchanged) == (0, 1)


@pytest.mark.django_db
def test_readers_of_two_writings_stay_two_each_with_its_own_rows_and_are_suggested():
    old = ReaderFactory(number="b1001x", name="甲", email="")
    other = ReaderFactory(number="B1001X", name="乙", email="")
    own = take(HEADER + "b1001x,甲,,\nB1001X,乙,,\n")
    assert (own.created, own.changed, own.refused) == (0, 0, 0)
    batch = take(HEADER + "b1001X,丙,,\n")
    assert list(Reader.objects.order_by("pk").values_list("name", flat=True)) == ["甲", "乙"]
    assert list(batch.refusals.values_list("reason", flat=True)) == ["number-taken"]
    by = UserFactory(role="librarian")
    expected = [(old.pk, other.pk, ["number"])]
    for found in (suspected(by), suspected(by, of=old), suspected(by, of=other)):
        assert [(pair.one.pk, pair.other.pk, pair.why) for pair in found] == expected


@pytest.mark.django_db
def test_same_letters_of_another_system_are_somebody_else():
    ReaderFactory(source="student", number="b1001x")
    take(HEADER + "B1001X,王丽,,\n")
    assert numbers() == ["B1001X", "b1001x"]
    assert suspected(UserFactory(role="librarian")) == []


@pytest.mark.django_db
def test_further_numbers_are_found_in_another_writing_and_written_once():
    card_system()
    text = "读者证号,姓名,卡号\nA1,甲,k-7A\nA2,乙,K-9\n"
    columns = {"number": "读者证号", "name": "姓名", "identity:card": "卡号"}
    imported(text, mapping=columns, constants=CONSTANTS)
    imported(text.replace("k-7A", "K-7a"), mapping=columns, constants=CONSTANTS)
    assert list(Identity.objects.order_by("number").values_list("number", flat=True)) == [
        "K-9",
        "k-7A",
    ]
    # A file of the other system finds its readers by them.
    cards = "卡号,姓名\nK-7A,甲一\nk- 9,乙一\n"
    batch = imported(
        cards, mapping={"number": "卡号", "name": "姓名"}, constants=CONSTANTS, source="card"
    )
    assert (batch.created, batch.changed) == (0, 2)
    assert sorted(Reader.objects.values_list("name", flat=True)) == ["乙一", "甲一"]


@pytest.mark.django_db
def test_loans_find_their_reader_and_are_the_same_loans_in_another_writing():
    (reader,) = loans.readers("B1001X")
    loans.imported("读者证号,借出时间\nb1001x,2026-10-01 09:00\n")
    loans.imported("读者证号,借出时间\nB 1001x,2026-10-01 09:00\n")
    assert list(Activity.objects.values_list("reader", flat=True)) == [reader.pk]


@pytest.mark.django_db
def test_claim_by_the_code_in_another_writing():
    (reader,) = loans.readers("B1001X")
    code = invite(reader=reader, by=UserFactory(role="librarian"))
    claimed = claim_by_code(number="b 1001x", code=code, by=UserFactory(role="reader"))
    assert claimed.pk == reader.pk


@pytest.mark.django_db
def test_search_and_api_find_a_number_in_another_writing(client):
    reader = ReaderFactory(number="B1001X", name="王")
    further = ReaderFactory(number="A7", name="李")
    card = card_system()
    Identity.objects.create(reader=further, system=card, number="K 77a")
    client.force_login(UserFactory(role="librarian"))

    def found(**asked):
        page = client.get(reverse("crm:reader-list"), asked)
        return [row.pk for row in page.context["page"]]

    assert found(q="b1001") == [reader.pk]
    assert found(q="k77A") == [further.pk]
    assert list(Reader.objects.filter(has_number("k77 a"))) == [further]
    assert numbered("library", ["b1001x"]) == {reader.pk}


@pytest.mark.django_db
def test_number_that_somebody_bears_in_another_writing_is_not_written_down_again():
    ReaderFactory(source="card", number="B1001X")
    card = card_system()
    with pytest.raises(Refused):
        add_number(
            reader=ReaderFactory(), system=card, number="b1001x", by=UserFactory(role="librarian")
        )


@pytest.mark.django_db
def test_numbers_that_are_not_their_own_key_have_an_index():
    """Which one a plan takes depends on what a table holds; that there is one does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%%other_writing'")
        names = {name for (name,) in cursor.fetchall()}
    assert names == {"reader_other_writing", "identity_other_writing"}
