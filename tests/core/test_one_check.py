"""One check of addresses at every entrance: a file, a form, an account, a voice, a mail."""

import csv
from pathlib import Path

import pytest
from django import forms
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from core.addresses import ORDINARY, SPECIAL_ENDS, BadAddress, check_address, is_address
from core.forms import AddressField
from crm.imports import fields
from crm.imports.fields import Refusal
from crm.privacy.forms import ChildForm
from crm.readers.forms import ReaderForm
from crm.staff.forms import AddEmailForm, ResetPasswordForm, SignupForm
from feedback.voices.forms import VoiceForm
from feedback.voices.models import Voice

HOSTILE = Path(__file__).parents[1] / "data" / "hostile" / "12_addresses.csv"
#: Of the file's addresses the parts before the @ that mail can be sent to.
SENDABLE = {"adr12", "张三", "o'adr16", "adr17+tag", "adr18", "adr20"}
#: What a mail server of the public net never takes, whatever it looks like.
LEAD_NOWHERE = ["li@library.test", "li@host.invalid", "li@printer.local", "li@1.in-addr.arpa"]
LABEL = st.text("abzAZ019", min_size=1, max_size=12)
#: Addresses of ordinary looks.
PLAIN = st.builds(
    "{}{}{}@{}.{}".format,
    LABEL,
    st.sampled_from([".", "_", "+", "-"]),
    LABEL,
    LABEL,
    st.sampled_from(["com", "org", "cn", "edu", "example", "test", "local", "invalid", "onion"]),
)


def hostile_addresses() -> list[str]:
    with HOSTILE.open(encoding="utf-8-sig") as file:
        return [row["邮箱"] for row in csv.DictReader(file)]


def by_the_file(typed: str) -> bool:
    try:
        return bool(fields.email(typed))
    except Refusal:
        return False


def by_field(field):
    def takes(typed: str) -> bool:
        try:
            return bool(field.clean(typed))
        except forms.ValidationError:
            return False

    return takes


@pytest.mark.parametrize("typed", hostile_addresses())
def test_every_entrance_gives_the_same_answer(typed):
    """In 0.1 three checks gave three answers: taken by a file, refused by the mail's own."""
    entrances = [
        by_the_file,
        is_address,
        by_field(AddressField()),
        by_field(VoiceForm().fields["email"]),
    ]
    is_sendable = typed.partition("@")[0] in SENDABLE
    assert [takes(typed) for takes in entrances] == [is_sendable] * len(entrances)


@pytest.mark.django_db
def test_every_form_that_asks_for_an_address_asks_the_same(librarian):
    fields_of = [
        SignupForm().fields["email"],
        AddEmailForm(user=librarian).fields["email"],
        ResetPasswordForm().fields["email"],
        ReaderForm(by=librarian).fields["email"],
        ChildForm().fields["email"],
        VoiceForm().fields["email"],
    ]
    assert {type(field) for field in fields_of} == {AddressField}
    # A check of the model's would be a second answer.
    Voice._meta.get_field("email").clean("张三@例子.公司", None)


@pytest.mark.parametrize("typed", LEAD_NOWHERE)
def test_domains_that_lead_nowhere_are_refused_at_the_door(typed):
    with pytest.raises(BadAddress):
        check_address(typed)
    assert not by_the_file(typed)


def test_library_whose_server_takes_no_international_addresses_says_so(settings):
    assert is_address("张三@例子.公司")
    settings.EMAIL_SMTPUTF8 = False
    assert not is_address("张三@例子.公司")
    # The domain goes out in ASCII on any server.
    assert is_address("adr12@例子.公司")


@given(address=PLAIN)
def test_what_is_taken_for_ordinary_the_standards_take_too(address):
    found = ORDINARY.fullmatch(address)
    assert found is not None
    is_special = found["top"].lower() in SPECIAL_ENDS
    assert is_address(address) is not is_special
    if not is_special:
        validate_email(address, check_deliverability=False)
