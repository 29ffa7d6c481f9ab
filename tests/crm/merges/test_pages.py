"""The desk's pages: pairs that look alike, both beside each other, and taking them apart."""

import pytest
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.merges import actions
from crm.merges.models import NotTwins
from crm.merges.queries import suspected
from crm.readers.models import Look, Reader
from tests.crm.imports.building import imported
from tests.factories import CampusFactory, CollegeFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db


def keys(pairs) -> set[tuple[int, int]]:
    return {(pair.one.pk, pair.other.pk) for pair in pairs}


def test_pairs_are_suggested_by_address_and_by_name_birth_and_college(librarian):
    """By nothing less, and not what an office or a made-up address shares."""
    college = CollegeFactory()
    born = {"traits": {"birth_year": "1999"}, "college": college, "email": ""}
    one, other = ReaderFactory(email="a@example.com"), ReaderFactory(email="A@example.com")
    first, second = ReaderFactory(name="李雷", **born), ReaderFactory(name="李雷", **born)
    ReaderFactory(name="李雷", **(born | {"traits": {"birth_year": "2000"}}))
    ReaderFactory(name="李雷", **(born | {"college": None}))
    for _one in range(2):
        ReaderFactory(email="made@example.com", email_made=True)
    for _one in range(6):
        ReaderFactory(email="office@example.com")
    users = {"email": "two@example.com"}
    for _one in range(2):
        ReaderFactory(user=UserFactory(), **users)

    found = suspected(librarian)
    assert keys(found) == {(one.pk, other.pk), (first.pk, second.pk)}
    assert {pair.one.pk: pair.why for pair in found} == {one.pk: ["address"], first.pk: ["person"]}
    assert keys(suspected(librarian, of=second)) == {(first.pk, second.pk)}
    # Nothing was joined by itself.
    assert Reader.objects.filter(pk__in=[one.pk, other.pk, first.pk, second.pk]).count() == 4


def test_one_mailbox_and_one_telephone_in_two_writings_are_one(librarian):
    """A domain in its own script and in ASCII, other capitals, wide signs, a country before it."""
    writings = {
        "email": ["a@bücher.example.org", "A@XN--bcher-kva.example.org", "a@BÜCHER.example.org"],
        "phone": ["139-0000-0001", "+86 139 0000 0001", "０086 13900000001"],
    }
    for column, texts in writings.items():
        empty = {"email": "", "phone": ""}
        found = [ReaderFactory(**(empty | {column: text})) for text in texts]
        first, *others = found
        expected = {(first.pk, other.pk) for other in others}
        assert keys(suspected(librarian)) >= expected
        assert keys(suspected(librarian, of=first)) == expected
        assert keys(suspected(librarian, of=others[0])) == {(first.pk, others[0].pk)}
    # The same end of two numbers abroad is no number in common.
    one, other = ReaderFactory(email="", phone="+44 20 7946 0958"), ReaderFactory(email="")
    Reader.objects.filter(pk=other.pk).update(phone="+1 20 7946 0958")
    assert suspected(librarian, of=one) == []


def test_a_year_of_birth_of_a_file_tells_namesakes_apart(librarian):
    college = CollegeFactory(name_zh="文学院")
    batch = imported(
        "学号,姓名,学院,出生日期\nB1,李雷,文学院,1999-03-05\nB2,李雷,文学院,1999年3月\n"
        "B3,李雷,文学院,20010102\nB4,韩梅,文学院,不详\n",
        source="student",
        mapping={"number": "学号", "name": "姓名", "college": "学院", "birth_year": "出生日期"},
    )
    found = {reader.number: reader for reader in Reader.objects.filter(college=college)}
    years = {number: reader.birth_year for number, reader in found.items()}
    assert years == {"B1": 1999, "B2": 1999, "B3": 2001, "B4": None}, batch.report
    pair = {(found["B1"].pk, found["B2"].pk)}
    assert keys(suspected(librarian)) == keys(suspected(librarian, of=found["B1"])) == pair
    stored = serializers.serialize("json", Reader.objects.all())
    assert "03-05" not in stored


def test_the_page_of_one_reader_looks_into_no_whole_table(librarian):
    """By index alone: the register has hundreds of thousands of rows."""
    reader = ReaderFactory(phone="13900000001", birth_year=1999, college=CollegeFactory())
    with CaptureQueriesContext(connection) as found:
        suspected(librarian, of=reader)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in found:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on crm_reader" not in plan, plan


def test_a_dismissed_pair_comes_back_no_more(client, librarian):
    one, other = ReaderFactory(email="a@example.com"), ReaderFactory(email="a@example.com")
    client.force_login(librarian)
    page = client.get(reverse("crm:twin-list"))
    assert reverse("crm:reader-join", args=[one.pk, other.pk]) in page.content.decode()
    assert Look.objects.filter(user=librarian, readers__contains=[one.pk, other.pk]).exists()
    for _twice in range(2):
        client.post(reverse("crm:twin-dismiss", args=[other.pk, one.pk]))
    assert NotTwins.objects.count() == 1
    assert suspected(librarian) == []


def test_staff_of_a_campus_see_and_join_only_their_own(client):
    here, there = CampusFactory(), CampusFactory()
    staff = UserFactory(role="librarian", campus=here)
    ours = ReaderFactory(email="a@example.com", campus=here)
    theirs = ReaderFactory(email="a@example.com", campus=there)
    assert suspected(staff) == []
    client.force_login(staff)
    assert client.get(reverse("crm:reader-join", args=[ours.pk, theirs.pk])).status_code == 404
    join = reverse("crm:reader-join", args=[ours.pk, theirs.pk])
    assert client.post(join, {"email": "kept"}).status_code == 404

    # What the whole library joined, a campus does not take apart into another's record.
    found = actions.merge(kept=ours, gone=theirs, by=UserFactory(role="librarian"))
    client.post(reverse("crm:reader-part", args=[ours.pk, found.pk]))
    assert not Reader.objects.filter(pk=theirs.pk).exists()


def test_both_beside_each_other_and_whose_value_stays(client, librarian):
    kept = ReaderFactory(name="李雷", email="a@example.com", cohort=2021)
    gone = ReaderFactory(name="李 雷", email="b@example.com", cohort=None, phone="13800000001")
    client.force_login(librarian)
    address = reverse("crm:reader-join", args=[kept.pk, gone.pk])
    page = client.get(address)
    form = page.context["form"]
    assert {name: form[name].initial for name in form.fields} == {
        "name": "kept",
        "cohort": "kept",
        "email": "kept",
        "phone": "gone",
    }
    assert client.post(address, {"name": "gone"}).status_code == 400
    said = {"name": "kept", "cohort": "kept", "email": "gone", "phone": "kept"}
    assert client.post(address, said).url == kept.get_absolute_url()
    kept.refresh_from_db()
    assert (kept.name, kept.cohort, kept.email, kept.phone) == ("李雷", 2021, "b@example.com", "")

    # The address of the other record leads to this one; its page says what was joined.
    assert client.get(gone.get_absolute_url()).url == kept.get_absolute_url()
    page = client.get(reverse("crm:reader-twins", args=[kept.pk])).content.decode()
    assert gone.number in page
    (merge,) = kept.merges.all()
    part = reverse("crm:reader-part", args=[kept.pk, merge.pk])
    assert client.post(part).url == gone.get_absolute_url()
    kept.refresh_from_db()
    assert (kept.email, gone.email) == ("a@example.com", "b@example.com")
    assert client.post(part).status_code == 404
    page = client.get(reverse("crm:reader-twins", args=[kept.pk])).content.decode()
    assert f"{librarian}" in page
    assert "拆分" in page
    assert part not in page


def test_another_record_is_found_by_its_number(client, librarian):
    one, other = ReaderFactory(number="N1"), ReaderFactory(number="N2")
    client.force_login(librarian)
    page = reverse("crm:reader-twins", args=[one.pk])
    answer = client.post(page, {"number": " ｎ2 ".upper()})
    assert answer.url == reverse("crm:reader-join", args=[one.pk, other.pk])
    assert client.post(page, {"number": "N1"}).status_code == 400
