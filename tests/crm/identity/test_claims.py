"""Somebody claims the record of the library: by a code or a link, never by a number alone."""

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from core.refusals import Refused
from crm.identity import actions as verbs
from crm.identity import claims
from crm.letters.models import Letter
from crm.merges.actions import merge
from crm.readers.actions import set_consent
from crm.readers.letters import why_not_mailed
from crm.readers.models import Identity, NumberSystem, Reader
from crm.readers.queries import reader_for
from crm.readers.stopping import stop_mail
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


def test_code_ends_with_the_next_one_when_it_is_withdrawn_and_by_itself(record, librarian):
    other = ReaderFactory(source="staff", number="S1")
    assert not claims.is_code_of(record, "")
    first = verbs.invite(reader=record, by=librarian)
    assert claims.is_code_of(record, first.lower())
    assert not claims.is_code_of(other, first)
    second = verbs.invite(reader=record, by=librarian)
    assert not claims.is_code_of(record, first)
    record.invited_at -= claims.CODE_HOLDS
    assert not claims.is_code_of(record, second)
    third = verbs.invite(reader=record, by=librarian)
    verbs.withdraw_invitation(reader=record, by=librarian)
    record.refresh_from_db()
    assert not claims.is_code_of(record, third)
    with pytest.raises(Refused):
        verbs.withdraw_invitation(reader=record, by=librarian)


def test_the_desk_withdraws_a_printed_code_on_the_page(client, record, librarian):
    client.force_login(librarian)
    end = reverse("crm:reader-invite-end", args=[record.pk])
    page = record.get_absolute_url()
    assert client.post(reverse("crm:reader-invite", args=[record.pk])).status_code == 200
    assert end in client.post(page, {"reason": "enquiry"}, follow=True).content.decode()
    client.post(end)
    record.refresh_from_db()
    assert record.invited_at is None
    assert end not in client.post(page, {"reason": "enquiry"}, follow=True).content.decode()


def test_who_is_on_the_stop_list_gets_no_link_to_claim(record, person, librarian):
    """Somebody who types the number of the dead must not have a letter sent to the family."""
    stop_mail(reader=record, reason="deceased", until=None, by=librarian)
    verbs.ask_link(number="S1", by=person)
    letter = Letter.objects.get()
    assert why_not_mailed([letter]) == {letter.pk: "stopped"}


def test_link_in_another_browser_asks_for_the_address_of_the_account(client, record, person):
    """Who was talked into a stranger's account would give the record to it."""
    client.force_login(person)
    client.post(reverse("crm:me-claim"), {"number": "S1", "code": ""})
    letter = Letter.objects.get()
    assert "p***@example.com" in letter.text
    (line,) = [line for line in letter.text.splitlines() if "/me/claim/" in line]
    link = "/me/claim/" + line.partition("/me/claim/")[2]
    elsewhere = Client()
    elsewhere.force_login(person)
    page = elsewhere.get(link).content.decode()
    assert "p***@example.com" in page
    assert "***S1" in page
    for typed in ({}, {"email": record.email}):
        assert elsewhere.post(link, typed).status_code == 400
    record.refresh_from_db()
    assert record.user is None
    assert elsewhere.post(link, {"email": person.email}).url == reverse("crm:me")
    record.refresh_from_db()
    assert record.user == person


def test_a_second_record_is_joined_by_proof_and_not_at_the_desk(record, person, librarian):
    """An account that has one record gets another one no easier than its first."""
    mine = ReaderFactory(source="student", number="S0", name=record.name, user=person)
    with pytest.raises(Refused):
        merge(kept=mine, gone=record, by=librarian)
    # Whoever stands at the desk gets none for themselves either.
    own = ReaderFactory(source="staff", number="T1", user=librarian)
    with pytest.raises(Refused):
        merge(kept=own, gone=record, by=librarian)
    code = verbs.invite(reader=record, by=librarian)
    assert verbs.claim_by_code(number="S1", code=code, by=person) == mine
    assert mine.keys() == [mine.pk, record.pk]
    assert reader_for(person) == mine


def test_only_one_record_with_the_confirmed_address_is_offered(record, person):
    person.emailaddress_set.create(email="LEI@example.com", verified=False, primary=True)
    assert claims.offered_to(person) is None
    person.emailaddress_set.update(verified=True)
    assert claims.offered_to(person) == record
    second = ReaderFactory(email="lei@example.com")
    assert claims.offered_to(person) is None
    with pytest.raises(Refused):
        verbs.claim_offered(shown=str(record.pk), by=person)
    Reader.objects.filter(pk=second.pk).update(email_made=True)
    assert claims.offered_to(person) == record
    person.role = "librarian"
    assert claims.offered_to(person) is None


def test_links_and_codes_are_counted_apart_and_letters_for_each_reader(client, record, person):
    """Whoever guesses at codes keeps nobody from asking for a link; by whichever number and
    account somebody asks, one reader gets five letters a day.
    """
    NumberSystem.objects.get_or_create(code="staff", defaults={"name_zh": "工号"})
    Identity.objects.create(reader=record, system_id="staff", number="T1")
    client.force_login(person)
    page = reverse("crm:me-claim")
    for _one in range(6):
        client.post(page, {"number": "S1", "code": "AAAA"})
    assert client.post(page, {"number": "S1", "code": ""}).status_code == 302
    for number in ("S1", "T1"):
        for _one in range(3):
            client.force_login(UserFactory(role="reader"))
            client.post(page, {"number": number, "code": ""})
    assert Letter.objects.filter(reader=record).count() == 5


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
    code = verbs.invite(reader=record, by=UserFactory(role="librarian"))
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
    verbs.invite(reader=record, by=UserFactory(role="librarian"))
    said = {"number": "S1", "code": "AAAA"}
    answers = [client.post(reverse("crm:me-claim"), said).context["form"] for _n in range(7)]
    right = said | {"code": claims.code_of(record)}
    assert client.post(reverse("crm:me-claim"), right).status_code == 400
    assert answers[0].errors != answers[-1].errors


def test_another_writing_of_a_number_opens_no_further_guesses(client, record, person):
    """However many accounts somebody makes: tries are counted for the number, too."""
    verbs.invite(reader=record, by=UserFactory(role="librarian"))
    for number in ("S1", "Ｓ1", "S1\u200b", "Ｓ１", "S１", "S\u200b1", "\ufeffS1"):
        client.force_login(UserFactory(role="reader"))
        client.post(reverse("crm:me-claim"), {"number": number, "code": "AAAA"})
    client.force_login(person)
    right = {"number": "S1", "code": claims.code_of(record)}
    assert client.post(reverse("crm:me-claim"), right).status_code == 400
