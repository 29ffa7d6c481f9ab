"""Components: templates/components/card.html is what ``<c-card>`` stands for on a page.

Each says at its top what it is and which arguments it takes; a page gives no others.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django_cotton import render_component
from django_cotton.compiler_regex import CottonCompiler

TEMPLATES = settings.BASE_DIR / "templates"
COMPONENTS = TEMPLATES / "components"
#: What belongs to Django in a template, and may hold quotes and angle brackets of its own.
DJANGO = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%.*?%}|{{.*?}}", re.DOTALL)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)
TAG = re.compile(r"""<c-([a-z-]+)((?:\s+[:\w-]+(?:=(?:"[^"]*"|'[^']*'))?)*)\s*/?>""")
NAMED = re.compile(r"<c-(?!vars|slot)[a-z-]+[^>]*")
ARGUMENT = re.compile(r"""([:\w-]+)(?:=(?:"[^"]*"|'[^']*'))?""")
#: What any element may bear; a component hands it on to its own outermost one.
OF_HTML = re.compile(r"id|hidden|role|title|data-.+|aria-.+|hx-.+")
#: What a component draws, as a page would write it by hand.
BY_HAND = {
    "c-card": re.compile(r'<(?:div|section|article|aside)\b[^>]*\bclass="card\b'),
    "slot actions of c-card": re.compile(r'<c-card[^>]*>\s*<div class="between">\s*<h2'),
    "c-chip": re.compile(r'class="chip\b'),
    "c-kpi": re.compile(r'class="(?:card )?kpi\b'),
    "c-note": re.compile(r'class="note\b'),
    "c-state": re.compile(r"<c-chip[^>]*>[^<]*get_state_display"),
}
#: allauth's own elements, each of which is a component of that package.
OF_ALLAUTH = "allauth/elements/"
OF_THE_HOUSE = ("core", "crm", "campaigns", "feedback", "analytics", "config", "demo")


@dataclass(frozen=True)
class Use:
    """One component on one page: its name and the arguments it is given there."""

    path: str
    name: str
    arguments: tuple[str, ...]

    @property
    def declared(self) -> set[str]:
        return arguments_of(COMPONENTS / f"{self.name.replace('-', '_')}.html")


def without_django(text: str) -> str:
    """The text with each of Django's own tags as one letter, and its comments left out."""
    return DJANGO.sub("x", COMMENT.sub("", text))


def name_of(argument: str) -> str:
    """``:row-head`` is what the component knows as row_head."""
    return argument.lstrip(":").replace("-", "_")


def arguments_of(component: Path) -> set[str]:
    """The names that a component declares, without the colon of a value."""
    for name, given in TAG.findall(without_django(component.read_text())):
        if name == "vars":
            return {name_of(argument) for argument in ARGUMENT.findall(given)}
    return set()


def uses() -> list[Use]:
    """Every component on every page and in every other component."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        for name, given in TAG.findall(without_django(path.read_text())):
            if name not in {"vars", "slot"}:
                place = str(path.relative_to(TEMPLATES))
                found.append(Use(place, name, tuple(ARGUMENT.findall(given))))
    return found


def files() -> list[Path]:
    return sorted(COMPONENTS.glob("*.html"))


def test_every_component_a_page_names_is_there():
    known = {path.stem.replace("_", "-") for path in files()}
    found = uses()
    assert {use.name for use in found} - known == set()


def unread(text: str) -> list[str]:
    """Components whose arguments are in another writing: not in quotes, or in unequal ones."""
    bare = without_django(text)
    return [one[0] for one in NAMED.finditer(bare) if not TAG.match(bare, one.start())]


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ('<c-card id="{{ word }}" title="{% translate "Tasks" %}">', True),
        ('<c-form :form="form" danger />', True),
        ("<c-card id={{ word }}>", False),
        ("<c-card id={{ word }} title='a'>", False),
        ('<c-card {% if a %}id="b"{% endif %}>', False),
    ],
)
def test_argument_without_quotes_is_told_from_one_in_quotes(text, is_read):
    assert (unread(text) == []) is is_read


def test_pages_write_every_argument_in_quotes():
    """A value without them ends where it has a space, and what follows is another attribute."""
    wrong = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        found = unread(path.read_text())
        if found:
            wrong[str(path.relative_to(TEMPLATES))] = found
    assert wrong == {}


def test_pages_give_a_component_what_it_takes_and_nothing_else():
    """A misspelt argument would be printed as an attribute, and the page would lack its text."""
    wrong = []
    for use in uses():
        for argument in use.arguments:
            if name_of(argument) in use.declared:
                continue
            # A value is handed on as it is; only text in quotes is escaped on its way.
            if argument.startswith(":") or not OF_HTML.fullmatch(argument):
                wrong.append(f"{use.path}: <c-{use.name} {argument}>")
    assert wrong == []


def pages() -> dict[str, str]:
    """The text of every template that is neither a component nor an element of allauth's."""
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        place = str(path.relative_to(TEMPLATES))
        if not place.startswith(("components/", OF_ALLAUTH)):
            found[place] = path.read_text()
    return found


@pytest.mark.parametrize("component", BY_HAND)
def test_no_page_writes_by_hand_what_a_component_draws(component):
    mark = BY_HAND[component]
    assert [place for place, text in pages().items() if mark.search(text)] == []


def test_no_code_writes_a_chip_by_hand():
    """HTML in Python would be passed over by whoever changes the component."""
    rooms = [settings.BASE_DIR / name for name in OF_THE_HOUSE]
    code = [path for room in rooms for path in room.rglob("*.py")]
    assert code
    assert [path for path in code if BY_HAND["c-chip"].search(path.read_text())] == []


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_component_says_at_its_top_what_it_is(path):
    text = re.sub(r"^{% load [a-z0-9 ]+ %}\n", "", path.read_text())
    assert text.startswith(("{# ", "{% comment %}"))
    assert text.count("<c-vars") <= 1


def test_component_sees_nothing_of_the_page_it_stands_on():
    """What a page calls ``title`` is not what a card without a title shows."""
    page = engines["django"].from_string(CottonCompiler().process("<c-card>words</c-card>"))
    html = page.render({"title": "of the page", "tone": "red"}, RequestFactory().get("/"))
    assert "of the page" not in html
    assert 'class="card"' in html


@pytest.mark.parametrize("name", ["card", "empty", "kpi", "confirm"])
def test_text_given_to_a_component_is_escaped(name):
    request = RequestFactory().get("/")
    hostile = '"><script>alert(1)</script>'
    given = dict.fromkeys(arguments_of(COMPONENTS / f"{name}.html"), hostile)
    assert "<script>" not in render_component(request, name, given)
    assert hostile[3:] not in render_component(request, name, given)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('<c-text :text="word" class="lead" />', '<p class="lead">word</p>'),
        ('<c-small :text="word" />', '<div class="muted small">word</div>'),
        ('<c-sentences :of="words" />', "<li>one</li>"),
    ],
)
def test_text_that_is_not_there_leaves_no_element(source, shown):
    page = engines["django"].from_string(CottonCompiler().process(source))
    request = RequestFactory().get("/")
    full = page.render({"word": "word", "words": ["one", "two"]}, request)
    assert shown in full
    assert page.render({"word": "", "words": []}, request).strip() == ""


@pytest.mark.parametrize(("rows", "is_there"), [(3, False), (30, True)])
def test_pager_for_pages_only_says_nothing_of_a_single_page(rows, is_there):
    page = engines["django"].from_string(
        CottonCompiler().process('<c-pager :page="page" pages-only />')
    )
    shown = page.render({"page": Paginator(range(rows), 10).page(1)}, RequestFactory().get("/"))
    assert ('class="pager"' in shown) is is_there


def test_tab_is_open_by_its_name_and_only_then():
    source = '<c-tab url="/a" name="a" :shown="tab">A</c-tab><c-tab url="/b" :shown="tab">B</c-tab>'
    page = engines["django"].from_string(CottonCompiler().process(source))
    request = RequestFactory().get("/")
    assert page.render({"tab": "a"}, request).count("aria-current") == 1
    assert page.render({"tab": ""}, request).count("aria-current") == 0


def test_text_in_an_attribute_that_is_handed_on_is_escaped():
    source = CottonCompiler().process('<c-card id="{{ word }}">words</c-card>')
    page = engines["django"].from_string(source)
    html = page.render({"word": '"><script>'}, RequestFactory().get("/"))
    assert "<script>" not in html
    assert html.count('"') % 2 == 0
