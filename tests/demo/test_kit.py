"""The page that shows every component in its states."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

pytestmark = pytest.mark.django_db
COMPONENTS = settings.BASE_DIR / "templates" / "components"
#: What needs a page of its own around it: a list of rows, what a public form or a header holds.
ELSEWHERE = {
    "brand",
    "draft",
    "filters",
    "list",
    "list_head",
    "sparkline",
    "toasts",
    "trap",
}


def test_every_component_is_shown_and_each_is_drawn(client, librarian):
    client.force_login(librarian)

    page = client.get(reverse("demo:kit")).content.decode()

    sources = [settings.BASE_DIR / "templates" / "demo" / "kit.html"]
    sources += (settings.BASE_DIR / "templates" / "demo" / "kit").glob("*.html")
    text = "".join(path.read_text() for path in [*sources, *COMPONENTS.glob("*.html")])
    shown = {name.replace("-", "_") for name in re.findall(r"<c-([a-z-]+)", text)}
    known = {path.stem for path in COMPONENTS.glob("*.html")}
    assert known - shown - ELSEWHERE == set()
    # Nothing is left as it was written: neither a component nor a tag of Django's.
    assert not re.search(r"<c-|</c-|{%|{{|{#", page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_kit_is_whole_in_both_languages(client, librarian, language):
    client.force_login(librarian)
    client.cookies["django_language"] = language

    page = client.get(reverse("demo:kit"), headers={"accept-language": language}).content.decode()

    assert f'lang="{language[:2]}' in page
    # Two of its own, and one of each chart, of which one is shown small as well.
    assert page.count("<table") == 2 + 7
    assert page.count('<svg class="drawing') == 6
    assert page.count("<dialog") == 4
    assert 'class="summary-errors"' in page
