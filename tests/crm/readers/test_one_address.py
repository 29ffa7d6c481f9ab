"""Two writings of one address are one everywhere: whichever two, at whichever door."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.addresses import (
    address_digest,
    address_digests,
    address_key,
    check_address,
    normal_number,
    one_mailbox,
    telephone_key,
    typed_address,
)
from crm.imports.fields import email as email_of_file
from crm.merges.queries import suspected
from crm.readers.actions import set_consent, unsubscribe, update_reader
from crm.readers.models import ConsentEvent, Reader
from crm.readers.queries import holders_of, same_telephone, stopped, twins_of
from tests.crm.imports.building import imported
from tests.factories import ReaderFactory, UserFactory

#: A domain in the ways it is written.
DOMAINS = [
    ["example.org"],
    ["bücher.example.org", "xn--bcher-kva.example.org"],
    ["图书馆.中国", "xn--1jq52s681d.xn--fiqs8s"],
]
#: What nobody sees: zero width space, soft hyphen, joiners, marks of direction, byte order mark.
UNSEEN = ["", "\u200b", "\u00ad", "\u200d", "\u202e", "\ufeff"]
AROUND = ["", " ", "\u3000", "\u00a0", "\t"]
#: A number at home: as it is kept, and what may stand before it.
AT_HOME = ["13977553311", "15900001111"]
BEFORE = ["", "+86", "0086", "86 ", "(+86)", "＋８６ "]
BETWEEN = ["", " ", "-", "–", ".", "\u200b"]


def wide(character: str) -> str:
    """The wide form of an ASCII sign that has one."""
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character


def as_typed(draw, text: str) -> str:
    """The text with other capitals, wide signs and unseen characters here and there."""
    found = []
    for character in text:
        form = draw(st.sampled_from([str, str.upper, str.lower, wide]))
        found.append(form(character) + draw(st.sampled_from(UNSEEN)))
    return "".join(found)


@st.composite
def two_writings(draw) -> tuple[str, str]:
    """One mailbox, typed twice."""
    local = draw(st.from_regex(r"[a-z][a-z0-9]{0,6}([._-][a-z0-9]{1,5})?", fullmatch=True))
    domain = draw(st.sampled_from(DOMAINS))
    found = []
    for _one in range(2):
        typed = as_typed(draw, f"{local}@{draw(st.sampled_from(domain))}")
        found.append(draw(st.sampled_from(AROUND)) + typed + draw(st.sampled_from(AROUND)))
    return found[0], found[1]


@st.composite
def two_numbers(draw) -> tuple[str, str]:
    """One telephone number, typed twice."""
    number = draw(st.sampled_from(AT_HOME))
    found = []
    for _one in range(2):
        digits = []
        for digit in number:
            form = draw(st.sampled_from([str, wide]))
            digits.append(form(digit) + draw(st.sampled_from(BETWEEN)))
        found.append(draw(st.sampled_from(BEFORE)) + "".join(digits))
    return found[0], found[1]


in_one_transaction = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pure
@given(writings=two_writings())
def test_two_writings_have_one_key_one_digest_and_one_mailbox(writings):
    """Fault 62."""
    one, other = writings
    assert address_key(one) == address_key(other)
    assert address_digest(one) == address_digest(other)
    assert address_digest(one) in address_digests(other)
    assert one_mailbox(one) == one_mailbox(other)
    assert check_address(one).casefold() == check_address(other).casefold()
    for typed in writings:
        assert address_key(typed_address(typed)) == address_key(typed)
        assert address_key(email_of_file(typed)) == address_key(typed)


@pure
@given(writings=two_numbers())
def test_two_writings_of_a_telephone_have_one_key_and_one_digest(writings):
    one, other = writings
    assert telephone_key(one) == telephone_key(other) != ""
    assert address_digest(one) == address_digest(other)


@pytest.mark.django_db
@in_one_transaction
@given(writings=two_writings())
def test_two_writings_are_one_to_readers_stops_twins_and_files(writings):
    """Fault 62. Stored in one writing and asked for, typed and brought in another."""
    one, other = map(typed_address, writings)
    with transaction.atomic():
        by = UserFactory(role="librarian")
        reader = ReaderFactory(source="library", number="A1", name="李雷", email=one)
        twin = ReaderFactory(source="second", number="B1", name="李雷", email=other)
        assert set(holders_of([other])) == set(holders_of([one])) == {reader, twin}
        assert [row.pk for row in twins_of(reader)] == [twin.pk]
        assert [(pair.one.pk, pair.other.pk) for pair in suspected(by)] == [(reader.pk, twin.pk)]
        assert [pair.why for pair in suspected(by, of=twin)] == [["address"]]

        # By hand, by a file: another writing is no other address, and consent stays.
        agreed = sorted(reader.consents)
        update_reader(reader=reader, by=by, email=other)
        update_reader(reader=reader, by=by, email=one)
        columns = {"number": "n", "name": "name", "email": "mail"}
        imported(f"n,name,mail\nA1,李雷,{writings[1]}\n", mapping=columns)
        reader.refresh_from_db()
        assert sorted(reader.consents) == agreed != []
        assert not ConsentEvent.objects.filter(granted=False).exists()

        # A no for the one is a no for the other.
        unsubscribe(reader=twin, source="mail", by=None)
        assert stopped(reader, "email", "events")
        transaction.set_rollback(True)


def unsubscribe_from_sms(reader: Reader) -> None:
    """The person's own no to messages for one purpose."""
    set_consent(
        reader=reader, channel="sms", purpose="events", granted=False, source="portal", by=None
    )


@pytest.mark.django_db
@in_one_transaction
@given(writings=two_numbers())
def test_two_writings_of_a_telephone_are_one_to_readers_stops_and_consent(writings):
    # Every door stores digits as 0 to 9 and nothing that nobody sees.
    one, two = map(normal_number, writings)
    with transaction.atomic():
        by = UserFactory(role="librarian")
        said = {"email": "", "name": "李雷", "consents": ["sms"]}
        reader = ReaderFactory(source="library", number="A1", phone=one, **said)
        other = ReaderFactory(source="second", number="B1", phone=two, **said)
        assert other in same_telephone(reader)
        assert [row.pk for row in twins_of(reader)] == [other.pk]
        agreed = sorted(reader.consents)
        update_reader(reader=reader, by=by, phone=two)
        assert sorted(Reader.objects.get(pk=reader.pk).consents) == agreed != []
        unsubscribe_from_sms(reader)
        assert stopped(other, "sms", "events")
        transaction.set_rollback(True)
