"""What stands on really rendered pages, in both languages: one language to a page, no code of a
program, one way to write days, no mark twice.

The world is full: two rows of each kind that has a term, and everything the matrix is about. What
people wrote stands on the pages of both languages as they wrote it; it is known by its columns.
"""

import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from tests import clock
from tests.house.rooms import APPS
from tests.house.test_permissions import MATRIX
from tests.permissions import World

LANGUAGES = ("zh-hans", "en")
#: Whoever sees most comes first; pages of readers are opened by the reader they are about.
VISITORS = ("administrator", "manager", "librarian", "reader")
#: Speaks to programs: names of fields and codes are its subject.
FOR_PROGRAMS = {"api-docs"}


# --- reading a page -------------------------------------------------------------------------------
class Texts(HTMLParser):
    """Every text of a page that is read in the page's language: what stands between its tags and
    in their attributes, and neither what programs read nor what is marked with a ``lang`` of its
    own.
    """

    SAID = ("title", "aria-label", "alt", "placeholder")
    SILENT = {"script", "style", "svg", "pre", "code", "kbd", "textarea"}
    EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

    def __init__(self):
        super().__init__()
        #: The tags that are open: (name, whether nothing in it is read).
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        of_another_language = tag != "html" and "lang" in given
        if not of_another_language:
            for name in self.SAID:
                self.note(given.get(name))
        if tag not in self.EMPTY:
            self.open.append((tag, of_another_language or tag in self.SILENT))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(is_silent for _tag, is_silent in self.open):
            self.note(data)

    def note(self, text):
        said = " ".join((text or "").split())
        if said:
            self.found.append(said)


def texts_of(html: str) -> list[str]:
    reader = Texts()
    reader.feed(html)
    return reader.found


# --- what people wrote ----------------------------------------------------------------------------
#: Stands on a page in place of what people wrote: no letter and no mark.
THEIRS = "\N{REPLACEMENT CHARACTER}"
#: Words of the world that no column holds as they are shown: of letters with a name filled in, and
#: of a form that was kept.
IN_PIECES = ["Dear", "Hello", "The lamps in the reading room hum."]
#: Columns that hold a word of ours without saying so by choices.
CODES = {"action", "object_type", "kind", "code", "channel", "purpose", "state", "reason", "key"}


def written() -> list[str]:
    """Texts of all columns in which people write, longest first."""
    found = set()
    for field in columns_of_people():
        values = field.model._base_manager.values_list(field.name, flat=True)
        for value in values:
            found.update(texts_in(value))
    # A number alone is a text in some columns, and stands in every day.
    texts = [text for text in found if len(text) > 1 and re.search(r"[^\W\d_]", text)]
    return sorted([*texts, *IN_PIECES], key=len, reverse=True)


def columns_of_people() -> list[models.Field]:
    """Of our own tables; a column with choices holds a word of ours."""
    ours = [model for model in apps.get_models() if model._meta.app_label in APPS]
    fields = [field for model in ours if model._meta.managed for field in columns(model)]
    return [field for field in fields if not field.choices and field.name not in CODES]


def columns(model) -> list[models.Field]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [field for field in model._meta.concrete_fields if isinstance(field, kinds)]


def texts_in(value) -> list[str]:
    """A text itself, and of a text in two languages both."""
    if isinstance(value, str):
        return [" ".join(value.split())]
    if isinstance(value, dict) and value.keys() <= {"zh", "zh-hans", "en"}:
        return [text for text in value.values() if isinstance(text, str)]
    return []


# --- the walk -------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker) -> dict[str, dict[str, list[str]]]:
    """{language: {name of a page: its texts without what people wrote}}."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.fill()
        found = walked(World())
        theirs = written()
        transaction.set_rollback(True)
    for texts in found.values():
        for name in texts:
            texts[name] = [without(theirs, text) for text in texts[name]]
    return found


def walked(world) -> dict[str, dict[str, list[str]]]:
    """Each address is made once and opened in both languages."""
    found = {language: {} for language in LANGUAGES}
    clients = {}
    for name, access in sorted(MATRIX.items()):
        if access.post:
            continue
        url = reverse(name, kwargs=access.arguments(world)) + access.query
        for language in LANGUAGES:
            who = (visitor_of(access), language)
            if who not in clients:
                clients[who] = client_of(world, *who)
            response = clients[who].get(url, access.body(world))
            if "html" in response.get("Content-Type", "") and not response.streaming:
                found[language][name] = texts_of(response.content.decode())
    return found


def visitor_of(access) -> str:
    for visitor in VISITORS:
        if access.allows(visitor):
            return visitor
    return "anonymous"


def client_of(world, visitor: str, language: str) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if visitor != "anonymous":
        client.force_login(world.user(visitor))
    return client


def without(theirs: list[str], text: str) -> str:
    """The text with a sign in place of each thing that people wrote, as whole words."""
    for one in theirs:
        if one in text:
            text = re.sub(rf"(?<![A-Za-z]){re.escape(one)}(?![A-Za-z])", THEIRS, text)
    return text


QUOTED = re.compile("“[^”]*”")


def where(said, language: str, pattern: re.Pattern) -> dict[str, str]:
    """{what was found: a page it stands on} of everything that the pattern finds."""
    found = {}
    for name, texts in said[language].items():
        if name in FOR_PROGRAMS:
            continue
        for text in texts:
            # What a person said is quoted as it was said.
            for hit in pattern.finditer(QUOTED.sub("", text)):
                found.setdefault(hit.group(), f"{name}: {text[:80]}")
    return found


def test_walk_reads_what_people_read():
    html = (
        '<html lang="en"><title>A</title><p title="B">C <code>d</code><b lang="zh">丁</b></p>'
        '<script>e</script><img alt="F"><input placeholder="G"></html>'
    )
    assert texts_of(html) == ["A", "B", "C", "F", "G"]


def test_walk_opens_the_pages_of_everybody(said):
    for language in LANGUAGES:
        assert len(said[language]) > 150
        assert {"crm:audit-list", "analytics:today", "feedback:home"} <= said[language].keys()


# --- one language to a page -----------------------------------------------------------------------
WORD = re.compile(r"[A-Za-z][A-Za-z’']+")
#: What is called alike in both languages, or stands there for programs to read.
ALIKE_IN = {
    "names": "API COUNTER Cookie Django EZproxy Koha LogUser NPS Option OpenAPI WeChat openid",
    "of a norm": "WCAG AA",
    "formats": "CSV DR Excel HTML ISBN JPEG JSON MB ODS PNG PR SVG TR TSV WebP XLSX gz xls xlsx",
    "more formats": "PDF zip",
    "encodings": "BE Big DOS EUC GB GBK ISO JIS JP KOI KR LE Macintosh Shift UTF Windows",
    "of mail": "DKIM DMARC SPF Subject TXT spf returns mail",
    "addresses": "cn edu example go http https library nlc org poster www Asia Shanghai",
    "programs": "WeasyPrint",
    "on a server": "ANSWERS KEY PRIVACY PRIVATE demo make manage py verify",
    "accounts": "admin administrator librarian manager reader",
    "typed as it stands": "campus kind name number studentid teacher trust undergraduate",
    "filled in": "unsubscribe welcome",
}
ALIKE = {word for words in ALIKE_IN.values() for word in words.split()}


def test_no_english_is_left_on_a_chinese_page(said):
    found = where(said, "zh-hans", WORD)
    assert {word: page for word, page in found.items() if word not in ALIKE} == {}


CHINESE = re.compile(r"[\u3400-\u9fff]+")
#: An example of what the files of a Chinese library say; the name of a language in itself.
CHINESE_IN_ENGLISH = {"专升本", "学号", "读者证", "汇文", "中文", "无"}


def test_no_chinese_is_left_on_an_english_page(said):
    found = where(said, "en", CHINESE)
    assert {word: page for word, page in found.items() if word not in CHINESE_IN_ENGLISH} == {}


# --- nothing for programs -------------------------------------------------------------------------
#: Names of keys and of methods, a dict or a list as Python prints them, what was never filled in.
RAW = re.compile(
    r"\b[a-z]+(?:[_.][a-z0-9]+)+\b|[{\[]['\"]|\b(?:None|True|False)$|\{[{%]|%\(|&[a-z]+;"
)
#: Addresses and a command that are given as examples, and keys that a person types.
EXAMPLES = {"manage.py", "trust_1", "trust_2", "www.nlc.cn", "example.org", "example.edu"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_no_dict_and_no_code_of_a_verb_stands_on_a_page(said, language):
    found = where(said, language, RAW)
    wrong = {}
    for raw, page in found.items():
        # Quiet hours that the library has not chosen are called so in English.
        is_a_word = raw == "None" and page.startswith("campaigns:deliverability")
        if raw not in EXAMPLES and not is_a_word:
            wrong[raw] = page
    assert wrong == {}


# --- one way to write -----------------------------------------------------------------------------
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
#: Days as the other language, a program or America writes them.
OTHER_DAYS = {
    "zh-hans": rf"\d{{4}}-\d\d-\d\d|\d{{4}}\.\d\d?\.\d|\b{MONTH}\b \d|\d 年|年 \d",
    "en": rf"\d{{4}}-\d\d-\d\d|\d{{4}}\.\d\d?\.\d|年|{MONTH}\.? \d\d?, \d{{4}}|[ap]\.m\.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_written_in_one_way(said, language):
    """In 0.1 the audit trail had a way of its own."""
    assert where(said, language, re.compile(OTHER_DAYS[language])) == {}


#: Marks that no sentence has: glued pieces leave them where one of the pieces is empty.
TWICE = re.compile(
    r"(?<!\.)\.\.(?!\.)|, ?,|[，。；、：] ?[，。；、：]|; ?;|: ?:|\( *\)|（ *）|。\.|\.。"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mark_stands_twice(said, language):
    assert where(said, language, TWICE) == {}


def test_nobody_is_called_nin(said):
    assert where(said, "zh-hans", re.compile("您")) == {}
