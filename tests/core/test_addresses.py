"""E-mail addresses and numbers have one normal form."""

import hashlib
import hmac
import unicodedata
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.addresses import (
    BadAddress,
    address_digest,
    address_digests,
    address_key,
    check_address,
    normal_number,
    typed_address,
)
from core.characters import folded, tidy
from crm.readers.actions import unsubscribe
from crm.readers.forms import ReaderForm
from crm.readers.models import Reader, Suppression
from crm.readers.queries import stopped
from tests.crm.imports.building import imported
from tests.factories import ReaderFactory, UserFactory

SAME = [
    "li@example.org",
    " Li@Example.ORG ",
    "ｌｉ＠ｅｘａｍｐｌｅ．ｏｒｇ",
    "\u200bli@exam\u00adple.org",
    "\u202eli@example.org\u202c",
    "\ufeffli@example.org",
    "li@example。org",
]


def digest_of_0_1(address: str) -> bytes:
    key = settings.PRIVACY_KEY.encode()
    return hmac.digest(key, address.strip().casefold().encode(), hashlib.sha256)


@pytest.mark.parametrize("typed", SAME)
def test_every_spelling_of_an_address_is_the_same_address(typed):
    assert address_key(typed) == "li@example.org"
    assert check_address(typed).lower() == "li@example.org"
    assert address_digest(typed) == address_digest("li@example.org")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Li@Bücher.example", "Li@xn--bcher-kva.example"),
        ("li@BÜCHER.example", "li@xn--bcher-kva.example"),
        ("li@图书馆.中国", "li@xn--1jq52s681d.xn--fiqs8s"),
        ("li@XN--BCHER-KVA.example", "li@xn--bcher-kva.example"),
        ("李@example.org", "李@example.org"),
    ],
)
def test_domains_go_out_in_ascii(typed, sent):
    assert check_address(typed) == sent
    assert address_key(typed) == sent.lower()


def test_what_was_typed_is_kept_but_for_what_nobody_sees():
    assert typed_address(" Li.Wei＠Bücher.example\u200b") == "Li.Wei@Bücher.example"


@pytest.mark.parametrize(
    "text",
    ["", "li", "li@", "@x.org", "li@x", "li@x..org", "l..i@x.org", "a b@x.org", "li@x.org,b@y.org"]
    + ["li@x.org\nBcc: b@y.org", "li＜@x.org", "li@-x.org", "li@x.c", "l" * 65 + "@x.org"]
    + ["li@" + "a." * 126 + "org", "li@\u2602\u0301-.x"],
)
def test_what_is_no_address_is_refused(text):
    for read in (check_address, typed_address):
        with pytest.raises(BadAddress):
            read(text)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(text=texts)
def test_normal_forms_do_not_change_when_made_twice(text):
    for form in (tidy, folded, normal_number, address_key):
        assert form(form(text)) == form(text)


@given(text=texts)
def test_numbers_hold_nothing_invisible(text):
    number = normal_number(text)
    assert number == unicodedata.normalize("NFKC", number)
    assert not {c for c in number if unicodedata.category(c) == "Cf"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("２０２４ａ１", "2024a1"),
        (" S-01\u200e", "S-01"),
        ("+86\u00a0139", "+86 139"),
        ("aB", "aB"),
    ],
)
def test_numbers_are_written_in_one_form_with_the_case_of_their_source(typed, number):
    assert normal_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "13977553311",
        "+86 13977553311",
        "＋８６ １３９ ７７５５ ３３１１",
        "0086-139-7755-3311",
        "008613977553311",
        "8613977553311",
        "(+86) 139 7755 3311",
        "（+86）139\u200b77553311",
        "139–7755–3311",
    ],
)
def test_a_telephone_number_is_one_in_every_writing(typed):
    """Fault 62. One number in two writings has one stop list."""
    assert address_key(typed) == "13977553311"
    assert address_digest(typed) == address_digest("13977553311")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("+86 21 6598 2200", "02165982200"),
        ("+86 (0)21 6598 2200", "02165982200"),
        ("021-65982200", "02165982200"),
        ("0044 20 7946 0000", "+442079460000"),
        ("+1 (555) 010-0199", "+15550100199"),
        ("1234", "1234"),
        ("o6_bmjrPTlm6_2sgVt7", "o6_bmjrptlm6_2sgvt7"),
        ("+86 00000", "+8600000"),
    ],
)
def test_other_numbers_keep_their_country_and_other_texts_stay(typed, key):
    assert address_key(typed) == key


@given(text=st.text(st.sampled_from("0123456789+86 -("), max_size=20))
def test_numbers_do_not_change_when_keyed_twice(text):
    assert address_key(address_key(text)) == address_key(text)


@pytest.mark.parametrize("stored", ["+86 139 7755 3311", "8613977553311", "139-7755-3311"])
def test_a_number_stopped_in_0_1_is_found_in_every_other_writing(stored):
    for asked in ("13977553311", "0086 139 7755 3311", "１３９７７５５３３１１"):
        assert digest_of_0_1(stored) in address_digests(asked)


@given(local=st.from_regex(r"[A-Za-z0-9.+_-]{1,20}", fullmatch=True))
def test_an_ordinary_address_has_the_digest_it_had_in_0_1(local):
    address = f"{local}@Example.org"
    assert address_digests(address) == {address_digest(address)} == {digest_of_0_1(address)}


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Li@Bücher.example", "li@xn--bcher-kva.example"),
        ("Li@Bücher.example", "li@bücher.example"),
        ("li@xn--bcher-kva.example", "li@Bücher.example"),
        ("li\u200b@example.org", "li\u200b@example.org"),
        ("+86 139", "+86 139"),
    ],
)
def test_digests_of_0_1_are_found(stored, asked):
    assert digest_of_0_1(stored) in address_digests(asked)
    assert address_digest(asked) in address_digests(asked)


@pytest.mark.django_db
def test_a_reader_suppressed_under_another_spelling_is_suppressed():
    Suppression.objects.create(
        channel="email", digest=digest_of_0_1("li@bücher.example"), reason="erased"
    )
    assert stopped(ReaderFactory(email="Li@XN--BCHER-KVA.example"), "email", "events")
    assert not stopped(ReaderFactory(email="wu@bücher.example"), "email", "events")


@pytest.mark.django_db
def test_new_rows_are_written_under_the_normal_form():
    unsubscribe(reader=ReaderFactory(email="Li＠Bücher.example"), source="mail", by=None)
    assert {bytes(row.digest) for row in Suppression.objects.all()} == {
        digest_of_0_1("li@xn--bcher-kva.example")
    }


@pytest.mark.django_db
def test_the_reader_form_keeps_what_was_typed_and_refuses_what_is_no_address():
    reader, by = ReaderFactory(email="", phone=""), UserFactory(role="administrator")
    given = {"name": "n", "kind": reader.kind, "language": "en", "state": reader.state}

    form = ReaderForm(
        given | {"email": "Li＠Example.org", "phone": "１３９ 1"}, instance=reader, by=by
    )
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["email"], form.cleaned_data["phone"]) == ("Li@Example.org", "139 1")

    form = ReaderForm(given | {"email": "nobody@x"}, instance=reader, by=by)
    assert list(form.errors) == ["email"]


@pytest.mark.django_db
def test_an_address_suppressed_by_0_1_as_typed_stays_suppressed_when_it_is_written_tidy():
    """The migration lists it under the normal form; the stored spelling may change afterwards."""
    reader = ReaderFactory(email="Ａnn@example.org")
    Suppression.objects.create(
        channel="email", digest=digest_of_0_1(reader.email), reason="unsubscribed"
    )

    migration = import_module("crm.migrations.0006_suppressed_addresses_in_one_form")
    migration.list_normal_forms(apps, None)
    migration.list_normal_forms(apps, None)

    assert Suppression.objects.count() == 2
    assert stopped(ReaderFactory(email="Ann@example.org"), "email", "events")


@pytest.mark.django_db
def test_an_import_looks_up_the_cell_as_it_is_written():
    typed = "wu\u200b@example.org"
    Suppression.objects.create(channel="email", digest=digest_of_0_1(typed), reason="erased")

    header = "读者号,姓名,读者类型,校区,邮箱,同意邮件,兴趣"
    imported(f"{header}\nS1,吴,本科生,南湖校区,{typed},是,\n")

    assert Reader.objects.get(number="S1").email == ""


@pytest.mark.parametrize(
    ("one", "other"), [("li@straße.de", "li@strasse.de"), ("li@faß.de", "li@fass.de")]
)
def test_two_domains_are_two_addresses(one, other):
    assert address_key(one) != address_key(other)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (".adr3@example.com", "a dot stands only between"),
        ("adr3.@example.com", "a dot stands only between"),
        ("a..b@example.com", "a dot stands only between"),
        ("example.com", "has an @"),
        ("@example.com", "there is nothing"),
        ("a b@example.com", "a space or a sign"),
        ("adr@example", "is no domain"),
        ("a" * 65 + "@example.com", "at most 64"),
    ],
)
def test_refused_address_says_what_is_wrong(typed, why):
    with translation.override("en"), pytest.raises(BadAddress, match=why):
        check_address(typed)
