"""The page that shows every component in its states."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from tests.house.test_components import (
    COMPONENTS,
    TAG,
    Use,
    arguments_of,
    name_of,
    uses,
    without_django,
)

pytestmark = pytest.mark.django_db
#: Drawn so that nobody sees it: the fields by which a public form tells a program from a person.
UNSEEN = {"trap"}
KIT = settings.BASE_DIR / "templates" / "demo" / "kit"
#: What each component is to be seen in: an argument, and the values that change how it looks.
LOOKS = {
    "card": ("tone", {"", "green", "amber", "red", "sunken"}),
    "chip": ("tone", {"", "green", "amber", "red"}),
    "note": ("tone", {"", "amber", "red"}),
    "moment": ("tone", {"", "red"}),
    "link": ("look", {"", "primary", "quiet", "danger", "wide"}),
    "post": ("look", {"quiet", "danger"}),
}
#: Arguments that change what a component is, each of which is to be seen once.
SEEN = {
    "card": {"title", "tone"},
    "confirm": {"danger"},
    "empty": {"text", "action", "drawing"},
    "filters": {"listing", "submit"},
    "form": {"submit", "cancel", "autosave", "danger"},
    "kpi": {"value", "is_bad", "help", "inside", "class"},
    "list": {"listing"},
    "moment": {"who", "tone"},
    "note": {"tone", "icon"},
    "rows": {"row_head"},
    "tab": {"here"},
    "table": {"label", "lines"},
}


def on_the_kit(name: str) -> list[Use]:
    """Each use of a component on the page of the kit itself."""
    return [use for use in uses() if use.name == name and use.path.startswith("demo/kit/")]


def values_on_the_kit(name: str, argument: str) -> set[str]:
    """The values in quotes that a component is given there for one argument; "" for none."""
    found = set()
    for path in KIT.glob("*.html"):
        for named, given in TAG.findall(without_django(path.read_text())):
            if named == name:
                value = re.search(rf'\s{argument}="([^"]*)"', given)
                found.add(value[1] if value else "")
    return found


def drawn(client, language: str = "en"):
    """The answer with the page of the kit, in a language."""
    client.cookies["django_language"] = language
    return client.get(reverse("demo:kit"), headers={"accept-language": language})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_component_is_drawn(client, librarian, language):
    client.force_login(librarian)

    answer = drawn(client, language)

    page = answer.content.decode()
    folder = f"{COMPONENTS.name}/"
    names = {str(template.name) for template in answer.templates}
    shown = {name.removeprefix(folder) for name in names if name.startswith(folder)}
    assert {path.name for path in COMPONENTS.glob("*.html")} - shown == {
        f"{name}.html" for name in UNSEEN
    }
    # Nothing is left as it was written: neither a component nor a tag of Django's.
    assert not re.search(r"<c-|</c-|{%|{{|{#", page)
    assert f'lang="{language[:2]}' in page


@pytest.mark.parametrize("name", LOOKS)
def test_component_is_shown_in_each_of_its_looks(name):
    argument, looks = LOOKS[name]
    assert looks - values_on_the_kit(name, argument) == set()


@pytest.mark.parametrize("name", SEEN)
def test_what_a_component_can_do_is_shown_once(name):
    component = COMPONENTS / f"{name}.html"
    given = set()
    for use in on_the_kit(name):
        given.update(map(name_of, use.arguments))
    assert SEEN[name] <= arguments_of(component)
    assert SEEN[name] - given == set()


def test_kit_has_what_a_list_is_looked_up_for(client, librarian):
    """A sorted column, rows with states, filters behind a word, and a list without rows."""
    client.force_login(librarian)

    page = client.get(reverse("demo:kit"), {"sort": "-answers"}).content.decode()

    assert 'aria-sort="descending"' in page
    assert '<details class="further">' in page
    rows = page[page.index('aria-sort="descending"') :]
    assert rows.index(">128<") < rows.index(">37<") < rows.index(">9<")
    assert 'rel="next"' in page


def test_kit_has_a_message_of_each_level(client, librarian):
    client.force_login(librarian)

    page = drawn(client).content.decode()

    messages = page[page.index('class="messages"') :]
    for level in ("success", "info", "warning", "error"):
        assert f'class="note {level}"' in messages


def test_file_of_the_kit_leaves_no_message_for_the_page_that_is_opened_next(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    assert client.get(reverse("demo:kit"), {"chart": "rows.json"}).status_code == 200
    assert "Nothing was sent" not in client.get(reverse("demo:mailbox")).content.decode()


def test_kit_tells_a_gap_from_few_in_a_small_drawing(client, librarian):
    client.force_login(librarian)

    page = drawn(client).content.decode()

    small = re.findall(r'<svg class="drawing small".*?</svg>', page, re.DOTALL)
    assert any('class="gap"' in one for one in small)
    assert any("<circle" in one for one in small)
