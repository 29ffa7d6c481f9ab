"""Every form of every page, filled in with what nobody means to send (fault 26).

The pages are those of the permission matrix: a form that is added to one of them is tried here.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_plus, urlencode, urljoin

import pytest
from django.test import Client
from django.urls import reverse

from tests.house.test_permissions import MATRIX, client_of
from tests.permissions import ROLES

pytestmark = pytest.mark.django_db
URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "hostile"
#: Forms of other people's making (sign-out, language, theme) stand on every page.
NOT_OURS = ("/i18n/", "/accounts/", "/logout")
TYPED = {
    "text",
    "search",
    "email",
    "url",
    "tel",
    "password",
    "number",
    "date",
    "time",
    "datetime-local",
}
#: What may be refused or kept, and must not fall over.
ODD = {
    "nothing to read": "\u200b\u3000\u2800\u3164",
    "right to left": "שלום \u202e abc \u2066",
    "emoji": "😀👩‍👩‍👧 𝒜\ufe0f",
    "placeholders": "{name} {{7*7}} {% load x %} %(n)s %s @@csrf@@ \ue000name\ue001",
    "NUL": "a\0b",
    "markup": "<script>alert(1)</script>\"'>",
    "a megabyte": "x" * 1_000_000,
    "a large number": "9" * 400,
}
#: More fields than any form has.
MANY = urlencode({f"f{n}": "x" for n in range(10_000)})
#: Bytes that are no text in UTF-8.
NO_TEXT = {"broken": b"a\xff\xfeb", "surrogate": b"\xed\xa0\x80", "overlong NUL": b"\xc0\x80"}


@dataclass
class FoundForm:
    """A form that posts: where to, what it carries, and the names of what is typed into it."""

    action: str
    carried: dict = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class FormReader(HTMLParser):
    """Collects the forms of a page that post."""

    def __init__(self, page: str):
        super().__init__()
        self.page = page
        self.found: list[FoundForm] = []
        self.form: FoundForm | None = None
        self.select = ""

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            self.form = None
            if said.get("method", "get").lower() == "post":
                self.form = FoundForm(urljoin(self.page, said.get("action") or ""))
                self.found.append(self.form)
        elif self.form is not None:
            self.take(tag, said)

    def take(self, tag, said):
        name, kind = said.get("name") or "", said.get("type", "text")
        if tag == "select":
            self.select = name
        elif tag == "option" and said.get("value"):
            self.form.carried.setdefault(self.select, said["value"])
        elif tag == "textarea" or (tag == "input" and kind in TYPED):
            self.form.typed.append(name)
        elif tag == "input" and kind not in ("file", "checkbox") and name:
            self.form.carried.setdefault(name, said.get("value", "on"))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def forms_on(client: Client, url: str) -> list[FoundForm]:
    """The forms on a page into which something is typed."""
    page = client.get(url)
    if page.status_code != 200 or page.streaming:
        return []
    reader = FormReader(url)
    reader.feed(page.content.decode())
    return [form for form in reader.found if form.typed and not form.action.startswith(NOT_OURS)]


PAGES = sorted(name for name, access in MATRIX.items() if not access.post)


def opened(world, name: str) -> tuple[Client, list[FoundForm]]:
    """The page as whoever may open it with the fewest rights sees it, with its forms."""
    access = MATRIX[name]
    visitor = next(visitor for visitor in ("anonymous", *ROLES) if access.allows(visitor))
    client = client_of(world, visitor)
    client.raise_request_exception = False
    url = reverse(name, kwargs=access.arguments(world))
    return client, forms_on(client, url)


@pytest.mark.parametrize("name", PAGES)
def test_odd_text_in_a_form_is_kept_or_refused(name, world):
    """26"""
    client, forms = opened(world, name)
    for form in forms:
        for odd in ODD.values():
            answer = client.post(form.action, form.carried | dict.fromkeys(form.typed, odd))
            assert answer.status_code < 500, (form.action, odd[:20])
        many = f"{urlencode(form.carried)}&{MANY}"
        assert client.post(form.action, many, content_type=URLENCODED).status_code == 400


@pytest.mark.parametrize("name", PAGES)
def test_bytes_that_are_no_text_are_refused_by_every_form(name, world):
    """26"""
    client, forms = opened(world, name)
    for form in forms:
        for bytes_ in NO_TEXT.values():
            for raw in (bytes_, quote_plus(bytes_).encode()):
                body = quote_plus(form.typed[0]).encode() + b"=" + raw
                answer = client.post(form.action, body, content_type=URLENCODED)
                assert answer.status_code == 400, (form.action, raw)
            body = b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n--%s--\r\n' % (
                BOUNDARY.encode(),
                form.typed[0].encode(),
                bytes_,
                BOUNDARY.encode(),
            )
            kind = f"multipart/form-data; boundary={BOUNDARY}"
            answer = client.post(form.action, body, content_type=kind)
            assert answer.status_code == 400, (form.action, bytes_)


def test_forms_are_found(world):
    """Or the tests above would try nothing."""
    assert [form.typed for form in opened(world, "feedback:voice-create")[1]] == [
        ["text", "email", "website"]
    ]
    for name in ("campaigns:content-create", "feedback:survey-create", "crm:segment-create"):
        assert opened(world, name)[1]
