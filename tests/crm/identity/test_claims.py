"""Somebody claims the record of the library: by a code or a link, never by a number alone."""

import pytest
from django.core import signing
from django.urls import reverse

from core.refusals import Refused
from crm.identity import actions as verbs
from crm.identity import claims
from crm.letters.models import Letter
from crm.readers.actions import set_consent
from crm.readers.models import Reader
from crm.readers.queries import reader_for
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return ReaderFactory(source="student", number="S1", name="李雷", email="lei@example.com")


@pytest.fixture
def person():
    return UserFactory(role="reader", email="private@example.com")


def test_code_from_the_desk_joins_the_account_with_the_record(client, record, person):
    """The row that the sign-up made goes: one person is one reader."""
    desk = UserFactory(role="librarian")
    made = reader_for(person)
    code = verbs.invite(reader=record, by=desk)

    client.force_login(person)
    page = reverse("crm:me-claim")
    wrong = client.post(page, {"number": "S1", "code": "AAAA-BBBB-CCCC"})
    assert wrong.status_code == 400
    stranger = client.post(page, {"number": "S2", "code": code})
    assert stranger.context["form"].errors == wrong.context["form"].errors

    assert client.post(page, {"number": "Ｓ1", "code": code.lower()}).url == reverse("crm:me")
    record.refresh_from_db()
    assert (record.user, reader_for(person)) == (person, record)
    assert not Reader.objects.filter(pk=made.pk).exists()
    # Nobody else claims it, with the same code either.
    with pytest.raises(Refused):
        verbs.claim_by_code(number="S1", code=code, by=UserFactory(role="reader"))
    with pytest.raises(Refused):
        verbs.invite(reader=record, by=desk)


def test_code_ends_and_is_of_one_record_alone(record):
    other = ReaderFactory(source="staff", number="S1")
    code = claims.code_of(record)
    assert not claims.is_code_of(other, code)
    assert claims.is_code_of(record, claims.code_of(record, claims.CODE_DAYS - 1))
    assert not claims.is_code_of(record, claims.code_of(record, claims.CODE_DAYS))


def test_link_goes_to_the_address_of_the_library_and_holds_for_who_asked(client, record, person):
    """Whoever types a stranger's number learns nothing, and the stranger's click gives nothing."""
    client.force_login(person)
    page = reverse("crm:me-claim")
    known = client.post(page, {"number": "S1", "code": ""}, follow=True).content
    unknown = client.post(page, {"number": "S9", "code": ""}, follow=True).content
    for answer in (known, unknown):
        assert "如果图书馆登记了这个号码的邮箱" in answer.decode()
    letter = Letter.objects.get()
    assert letter.address == "lei@example.com"
    record.refresh_from_db()
    assert record.user is None

    (line,) = [line for line in letter.text.splitlines() if "/me/claim/" in line]
    link = "/me/claim/" + line.partition("/me/claim/")[2]
    client.force_login(UserFactory(role="reader"))
    client.post(link)
    record.refresh_from_db()
    assert record.user is None

    client.force_login(person)
    assert client.get(link).status_code == 200
    record.refresh_from_db()
    assert record.user is None
    assert client.post(link).url == reverse("crm:me")
    record.refresh_from_db()
    assert record.user == person


def test_link_ends_with_the_address_it_went_to(record, person):
    token = claims.token_of(record, person)
    Reader.objects.filter(pk=record.pk).update(email="other@example.com")
    with pytest.raises(Refused):
        verbs.claim_by_link(token=token, by=person)
    with pytest.raises(Refused):
        verbs.claim_by_link(token=signing.dumps([record.pk], salt="x"), by=person)


def test_what_was_done_under_an_account_is_not_lost_by_a_claim(record, person):
    """It stood under the row that the account made; now it stands under the record, with the
    address that the person's own yes was given for.
    """
    own = reader_for(person)
    set_consent(
        reader=own, channel="email", purpose="events", granted=True, source="portal", by=person
    )
    code = claims.code_of(record)
    verbs.claim_by_code(number="S1", code=code, by=person)
    record.refresh_from_db()
    assert reader_for(person) == record
    assert not Reader.objects.filter(pk=own.pk).exists()
    assert (record.email, record.consents) == ("private@example.com", ["email:events"])
    assert record.consent_events.get(granted=True).source == "portal"
    assert record.merges.get().why == "claim"
    with pytest.raises(Refused):
        verbs.claim_by_code(number="S1", code=code, by=UserFactory(role="reader"))


def test_guesses_at_codes_end(client, record, person):
    client.force_login(person)
    said = {"number": "S1", "code": "AAAA"}
    answers = [client.post(reverse("crm:me-claim"), said).context["form"] for _n in range(7)]
    right = said | {"code": claims.code_of(record)}
    assert client.post(reverse("crm:me-claim"), right).status_code == 400
    assert answers[0].errors != answers[-1].errors


def test_another_writing_of_a_number_opens_no_further_guesses(client, record, person):
    """However many accounts somebody makes: tries are counted for the number, too."""
    for number in ("S1", "Ｓ1", "S1\u200b", "Ｓ１", "S１", "S\u200b1", "\ufeffS1"):
        client.force_login(UserFactory(role="reader"))
        client.post(reverse("crm:me-claim"), {"number": number, "code": "AAAA"})
    client.force_login(person)
    right = {"number": "S1", "code": claims.code_of(record)}
    assert client.post(reverse("crm:me-claim"), right).status_code == 400
