"""Consent belongs to the address it was given for, and to its purpose."""

import pytest

from crm.imports.models import ImportBatch
from crm.imports.undoing import undo
from crm.readers.actions import set_consent, update_reader
from crm.readers.models import COVERED, ConsentEvent, Reader, Suppression, permissions
from tests.crm.imports.building import counts, hostile, imported
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

GIVEN = sorted(permissions("email", COVERED))
PLAIN = {"number": "n", "name": "name", "email": "mail", "phone": "tel"}
AGREED = PLAIN | {"consent_email": "yes"}
READER = {"source": "library", "number": "A1", "name": "李雷"}


def said(reader):
    """The ledger as (source, granted, purpose), oldest first."""
    rows = reader.consent_events.order_by("pk")
    return [(row.source, row.granted, row.purpose) for row in rows]


def of_all(source, granted):
    return [(source, granted, purpose) for purpose in sorted(COVERED)]


def test_two_systems_with_one_number_leave_no_consent_with_another_address():
    """The second file is of another system and gives the same number: no yes goes over to it."""
    first = {"number": "学号", "name": "姓名", "email": "邮箱", "consent_email": "同意邮件"}
    second = {"number": "工号", "name": "姓名", "email": "邮箱"}
    imported(hostile("33_same_number_other_system_a.csv"), mapping=first)
    reader = Reader.objects.get()
    assert sorted(reader.consents) == GIVEN

    imported(hostile("33_same_number_other_system_b.csv"), mapping=second, if_another_person="same")
    reader.refresh_from_db()
    assert (reader.email, reader.consents) == ("staff10001@example.com", [])
    assert said(reader) == of_all("import", True) + of_all("import.address", False)
    assert not Suppression.objects.exists()


def test_consent_goes_on_where_the_file_says_yes_or_the_address_is_the_same():
    """A yes beside the new address is a word of its own; another writing is no other address."""
    one = ReaderFactory(**READER, email="a@bücher.example", phone="+86 139-0000-0000")
    one.consents = [*GIVEN, "email:research", "sms:notices"]
    one.save()
    two = ReaderFactory(source="library", number="A2", name="韩", email="two@example.com")
    two.consents = [*GIVEN, "email:research"]
    two.save()

    table = "n,name,mail,tel,yes\nA1,李雷,A@xn--bcher-kva.example,13900000000,\n"
    table += "A2,韩,other@example.com,,是\n"
    assert counts(imported(table, mapping=AGREED)) == (0, 2, 0, 0)

    one.refresh_from_db()
    two.refresh_from_db()
    assert sorted(one.consents) == sorted([*GIVEN, "email:research", "sms:notices"])
    assert said(one) == []
    # A file's yes covers what it covers: research had been allowed for the former address alone.
    assert sorted(two.consents) == GIVEN
    ended = [("import.address", False, purpose) for purpose in [*COVERED, "research"]]
    assert sorted(said(two)[:4]) == sorted(ended)
    assert sorted(said(two)[4:]) == of_all("import", True)


def test_other_channels_keep_what_was_given_for_their_addresses():
    reader = ReaderFactory(**READER, email="a@example.com", phone="13900000000", wechat="open")
    reader.consents = ["email:events", "sms:events", "wechat:events"]
    reader.save()
    imported("n,name,mail,tel\nA1,李雷,,13911111111\n", mapping=PLAIN)
    reader.refresh_from_db()
    assert reader.consents == ["email:events", "wechat:events"]
    assert said(reader) == [("import.address", False, "events")]
    # Nobody withdrew: with a yes for the new number the file may give it.
    mapping = PLAIN | {"consent_sms": "yes"}
    imported("n,name,mail,tel,yes\nA1,李雷,,13911111111,是\n", mapping=mapping)
    reader.refresh_from_db()
    assert "sms:events" in reader.consents


def test_undoing_gives_the_former_address_what_was_given_for_it_and_nothing_else():
    """After the undoing the ledger says of which address each yes is."""
    imported("n,name,mail,tel,yes\nA1,李雷,a@example.com,,是\n", mapping=AGREED, kind="public")
    reader = Reader.objects.get()
    batch = imported("n,name,mail,tel,yes\nA1,李雷,b@example.com,,是\n", mapping=AGREED)
    ConsentEvent.objects.count()
    undo(ImportBatch.objects.get(pk=batch.pk), by=None)

    reader.refresh_from_db()
    assert (reader.email, sorted(reader.consents)) == ("a@example.com", GIVEN)
    there = of_all("import.address", False) + of_all("import", True)
    back = of_all("import.undone", False) + of_all("import.undone", True)
    assert said(reader) == of_all("import", True) + there + back


def test_correction_by_hand_ends_the_consents_unless_the_person_says_so():
    """Neither stops an address: nobody withdrew anything."""
    desk = UserFactory(role="librarian")
    reader = ReaderFactory(**READER, email="a@example.com")
    for purpose in COVERED:
        set_consent(
            reader=reader,
            channel="email",
            purpose=purpose,
            granted=True,
            source="staff",
            by=desk,
        )
    update_reader(reader=reader, by=desk, email="A@EXAMPLE.com")
    assert sorted(reader.consents) == GIVEN

    update_reader(reader=reader, by=desk, email="b@example.com", agreed_again="staff")
    assert sorted(reader.consents) == GIVEN

    update_reader(reader=reader, by=desk, email="c@example.com")
    assert reader.consents == []
    last = reader.consent_events.first()
    assert (last.source, last.granted, last.by) == ("address", False, desk)
    assert not Suppression.objects.exists()
    # And a file may bring a yes for the new one: the person has refused nothing.
    imported("n,name,mail,tel,yes\nA1,李雷,c@example.com,,是\n", mapping=AGREED)
    reader.refresh_from_db()
    assert sorted(reader.consents) == GIVEN


def test_address_that_goes_takes_its_consents_with_it():
    """Cleared first and written anew is another address all the same."""
    desk = UserFactory(role="librarian")
    reader = ReaderFactory(**READER, email="a@example.com", consents=list(GIVEN))
    update_reader(reader=reader, by=desk, email="")
    imported("n,name,mail,tel\nA1,李雷,b@example.com,\n", mapping=PLAIN)
    reader.refresh_from_db()
    assert (reader.email, reader.consents) == ("b@example.com", [])
