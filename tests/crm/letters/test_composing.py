"""A letter's row as the bytes of its mail."""

from email import message_from_bytes, policy

import pytest

from core.addresses import BadAddress
from crm.letters.composing import compose
from tests import factories

pytestmark = pytest.mark.django_db


def read(letter):
    """The mail as the other side reads it."""
    data = compose(letter).data.replace(b"\r\n", b"\n")
    return message_from_bytes(data, policy=policy.default)


def test_letter_says_what_its_row_says(settings):
    settings.LIBRARY_NAME = "图书馆"
    letter = factories.LetterFactory(
        address="ann@example.org", subject="灯" * 90, text="修好了。\n.\n谢谢 {name}"
    )
    mail = read(letter)
    assert (mail["To"], mail["Subject"]) == ("ann@example.org", "灯" * 90)
    assert mail["From"].addresses[0].display_name == "图书馆"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "修好了。\n.\n谢谢 {name}\n"


def test_text_and_html_are_alternatives():
    mail = read(factories.LetterFactory(text="plain", html="<p>页</p>"))
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content() == "plain\n"
    assert mail.get_body(("html",)).get_content() == "<p>页</p>\n"


def test_letter_of_html_alone():
    mail = read(factories.LetterFactory(text="", html="<p>x</p>"))
    assert (mail.get_content_type(), mail.get_content()) == ("text/html", "<p>x</p>\n")


def test_message_id_is_the_letter_s_own_and_stays():
    one, other = factories.LetterFactory.create_batch(2)
    assert read(one)["Message-ID"] == read(one)["Message-ID"] != read(other)["Message-ID"]


def test_lines_typed_into_subject_or_header_begin_no_header():
    letter = factories.LetterFactory(
        subject="x\r\nBcc: eve@example.org",
        sender="a\r\nBcc: eve@example.org",
        headers={"List-Unsubscribe": "<http://x/>\r\nBcc: eve@example.org", "Bcc": "eve@x.org"},
    )
    mail = read(letter)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "x Bcc: eve@example.org"


def test_long_way_out_stands_in_one_piece():
    way_out = f"<https://library.example.org/u/{'a' * 120}/>"
    letter = factories.LetterFactory(headers={"List-Unsubscribe": way_out})
    assert f"List-Unsubscribe: {way_out}\r\n".encode() in compose(letter).data


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nc@example.org", "a b@example.org"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(BadAddress):
        compose(factories.LetterFactory(address=address))


def test_address_beyond_ascii_stays_as_it_is():
    data = compose(factories.LetterFactory(address="林@例子.测试")).data
    assert "To: 林@xn--fsqu00a.xn--0zwm56d\r\n".encode() in data
