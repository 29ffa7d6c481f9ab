"""Messages compiled once: cut at their markers, filled in, and read back by any mail program."""

import email
from email import policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import texts
from crm.letters.skeleton import Hole, MailDraft, as_html, as_key, as_text

KEYS = {"click"}


def field(name: str) -> str:
    return f"{texts.OPEN}{name}{texts.CLOSE}"


def compiled(subject: str, body: str, sender: str = "Library"):
    draft = MailDraft()
    draft.message["Subject"] = draft.header_text(subject)
    draft.message["From"] = Address(draft.header_text(sender), addr_spec="library@example.org")
    draft.message["To"] = draft.mark(Hole("to", as_key))
    draft.add_part("plain", body, as_text, KEYS)
    draft.add_part("html", f"<p>{body}</p>", as_html, KEYS)
    return draft.compiled()


def read(data: bytes) -> email.message.EmailMessage:
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    return email.message_from_bytes(data, policy=policy.default)


def sender_of(data: bytes) -> tuple[str, str]:
    """(name, address), by RFC 2047: the space between two encoded words is not shown.

    Python's newer parser shows it in a name.
    """
    header = email.message_from_bytes(data, policy=policy.compat32)["From"]
    name, address = parseaddr(header.replace("\r\n", ""))
    return str(make_header(decode_header(name))), address


def values(**changes) -> dict[str, str]:
    return {"to": "li@example.org", "name": "Li", "click": "1e-abc"} | changes


@pytest.mark.parametrize("before", range(80))
def test_marker_is_found_wherever_a_line_is_broken(before):
    text = "x" * before + field("name") + "y" * 90 + field("click") + "é"
    message = read(compiled("s", text).fill(values()))
    plain, page = message.iter_parts()
    expected = "x" * before + "Li" + "y" * 90 + "1e-abc" + "é"
    assert plain.get_content().strip() == expected
    assert page.get_content().strip() == f"<p>{expected}</p>"
    body = plain.as_bytes(policy=policy.SMTP).partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76


TEXT = st.text(st.characters(codec="utf-8"), max_size=90)


@given(name=TEXT, sender=TEXT, subject=TEXT)
def test_any_text_is_read_back_as_one_line(name, sender, subject):
    subject, sender = texts.one_line(subject), texts.one_line(sender)
    skeleton = compiled(f"{subject}{field('name')}{subject}", field("name"), sender)
    data = skeleton.fill(values(name=name))
    message = read(data)
    shown = texts.one_line(name)
    assert message["Subject"].split() == f"{subject}{shown}{subject}".split()
    assert sender_of(data) == (sender, "library@example.org")
    assert set(message.keys()) == {"Subject", "From", "To", "MIME-Version", "Content-Type"}
    plain, _page = message.iter_parts()
    assert plain.get_content().strip("\r\n") == shown


def test_text_that_looks_like_a_marker_stays_text():
    draft = MailDraft()
    assert draft.prefix not in MailDraft().prefix
    message = read(compiled("mark0n0000", "mark0n0000 =_x").fill(values()))
    assert message["Subject"] == "mark0n0000"
    plain, _page = message.iter_parts()
    assert plain.get_content().strip() == "mark0n0000 =_x"


def test_mail_without_a_value_is_not_written():
    with pytest.raises(KeyError):
        compiled("s", field("name")).fill({"to": "li@example.org"})
