"""Whoever types a number finds or confirms a reader by it in any writing: one rule everywhere."""

import pytest
from django.urls import reverse

from crm.identity import claims
from crm.identity.actions import invite
from crm.letters.models import Letter
from crm.privacy.models import Departure
from crm.readers.bearers import bears
from crm.readers.models import Identity, NumberSystem, Reader
from crm.segments.models import SegmentPin
from tests.factories import ReaderFactory, SegmentFactory, UserFactory

pytestmark = pytest.mark.django_db

#: Wide signs, capitals, blanks inside and around, an invisible sign: all of them 00 12x.
WRITINGS = ["00 12x", "0012X", "００１２ｘ", "\u30000012 X ", "00\u200b12x"]
#: A leading zero is a sign like any other: these are numbers of other people.
OTHERS = ["12x", "0 12x", "00012x", "0012"]
FURTHER = ["K 77", "ｋ７７", "k77"]


@pytest.fixture
def reader():
    found = ReaderFactory(number="00 12x", email="typed@example.com", user=None)
    card = NumberSystem.objects.create(code="card", name_zh="校园卡", name_en="Card")
    Identity.objects.create(reader=found, system=card, number="K 77")
    ReaderFactory(number="12x", email="other@example.com")
    return found


@pytest.mark.parametrize("typed", WRITINGS + FURTHER)
def test_own_number_is_one_in_any_writing(reader, typed):
    assert bears(reader, typed)


@pytest.mark.parametrize("typed", [*OTHERS, "", "0O12x", "K-77"])
def test_number_with_other_zeros_is_another_one(reader, typed):
    assert not bears(reader, typed)


@pytest.mark.parametrize("typed", WRITINGS + FURTHER)
def test_desk_erases_by_the_number_in_any_writing(client, reader, typed):
    client.force_login(UserFactory(role="manager"))
    page = reverse("crm:reader-erase", args=[reader.pk])
    said = {"number": typed, "reason": "asked-desk"}
    assert client.post(page, said).status_code == 302
    assert not Reader.objects.filter(pk=reader.pk).exists()


@pytest.mark.parametrize("typed", OTHERS)
def test_desk_does_not_erase_by_the_number_of_another(client, reader, typed):
    client.force_login(UserFactory(role="manager"))
    page = reverse("crm:reader-erase", args=[reader.pk])
    answer = client.post(page, {"number": typed, "reason": "asked-desk"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["number"])
    assert Reader.objects.filter(pk=reader.pk).exists()


@pytest.mark.parametrize("typed", WRITINGS + FURTHER)
def test_reader_leaves_by_their_number_in_any_writing(client, reader, typed):
    user = UserFactory(role="reader")
    Reader.objects.filter(pk=reader.pk).update(user=user)
    client.force_login(user)
    assert client.post(reverse("crm:me-leave"), {"number": typed}).status_code == 302
    assert Departure.objects.get().reader_id == reader.pk


@pytest.mark.parametrize("typed", WRITINGS + FURTHER)
def test_program_finds_a_reader_by_any_number_in_any_writing(client, reader, typed):
    client.force_login(UserFactory(role="librarian"))
    answer = client.get("/api/v1/readers/", {"number": typed}).json()
    assert [row["number"] for row in answer["results"]] == ["00 12x"]


@pytest.mark.parametrize("typed", WRITINGS + FURTHER)
def test_record_to_join_is_found_by_any_number_in_any_writing(client, reader, typed):
    client.force_login(UserFactory(role="librarian"))
    own = ReaderFactory(number="Z1")
    answer = client.post(reverse("crm:reader-twins", args=[own.pk]), {"number": typed})
    assert answer.status_code == 302
    assert f"/{reader.pk}/" in answer.url


@pytest.mark.parametrize("typed", WRITINGS + FURTHER)
def test_reader_is_pinned_by_any_number_in_any_writing(client, reader, typed):
    client.force_login(UserFactory(role="librarian"))
    segment = SegmentFactory()
    said = {"number": typed, "include": "in", "reason": "guest"}
    client.post(reverse("crm:segment-pin", args=[segment.pk]), said)
    assert SegmentPin.objects.get().reader_id == reader.pk


@pytest.mark.parametrize("typed", WRITINGS + FURTHER)
def test_record_is_claimed_by_any_number_in_any_writing(client, reader, typed):
    code = invite(reader=reader, by=UserFactory(role="librarian"))
    person = UserFactory(role="reader")
    client.force_login(person)
    claimed = client.post(reverse("crm:me-claim"), {"number": typed, "code": code.lower()})
    assert claimed.url == reverse("crm:me")
    assert Reader.objects.get(user=person).pk == reader.pk


@pytest.mark.parametrize("typed", WRITINGS + FURTHER)
def test_link_is_asked_by_any_number_in_any_writing(client, reader, typed):
    client.force_login(UserFactory(role="reader"))
    client.post(reverse("crm:me-claim"), {"number": typed, "code": ""})
    assert Letter.objects.get().address == "typed@example.com"


def test_all_writings_of_a_number_are_tried_together(client, reader):
    """Whoever writes it otherwise each time has not five tries for each writing."""
    client.force_login(UserFactory(role="reader"))
    page = reverse("crm:me-claim")
    answers = []
    for typed in [*WRITINGS, "００１２Ｘ"]:
        answers.append(client.post(page, {"number": typed, "code": "AAAA-BBBB-CCCC"}))
    assert not claims.is_code_of(reader, "")
    words = [str(answer.context["form"].errors) for answer in answers]
    assert len(set(words[:5])) == 1
    assert words[5] != words[4]
