"""Every form of every page is sent twice, as by a double click: the second one adds nothing.

The pages are those of the permission matrix: a form that is added to one of them is tried here.
"""

from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.house.test_hostile_forms import NOT_OURS, PAGES, FormReader, FoundForm
from tests.house.test_permissions import MATRIX, client_of
from tests.permissions import ROLES

pytestmark = pytest.mark.django_db
#: What each kind of field is filled in with.
WORDS = {
    "email": "twice@example.org",
    "number": "7",
    "date": "2026-03-01",
    "datetime-local": "2026-03-01T08:00",
    "url": "https://example.org/",
    "password": "",
}
#: Rows that say that a page was asked for, and nothing of what was sent.
OF_THE_ASKING = {
    "AuditEvent",
    "BrowserSession",
    "FormReceipt",
    "Look",
    "Attempt",
    "Crowd",
}


class WholeFormReader(FormReader):
    """Fills in every field, and ticks every box once."""

    def take(self, tag, said):
        super().take(tag, said)
        name, kind = said.get("name") or "", said.get("type", "text")
        if tag == "textarea":
            self.form.carried[name] = "两次点击"
        elif tag == "input" and kind == "checkbox" and name:
            self.form.carried.setdefault(name, said.get("value", "on"))
        elif tag == "input" and name in self.form.typed and not said.get("value"):
            self.form.carried[name] = WORDS.get(kind, "double")
        elif tag == "input" and name in self.form.typed:
            self.form.carried[name] = said["value"]


def forms_of(client: Client, url: str) -> list[FoundForm]:
    page = client.get(url)
    if page.status_code != 200 or page.streaming:
        return []
    reader = WholeFormReader(url)
    reader.feed(page.content.decode())
    for form in reader.found:
        form.carried.pop("website", None)
    return [form for form in reader.found if not form.action.startswith(NOT_OURS)]


def counted() -> dict[str, int]:
    """Rows by model that has a table, but those of the asking."""
    counts = {}
    tables = set(connection.introspection.table_names())
    for model in apps.get_models():
        if model._meta.db_table in tables and model.__name__ not in OF_THE_ASKING:
            counts[model.__name__] = model._base_manager.count()
    return counts


def added(before: dict, after: dict) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] > before[name]}


@pytest.mark.parametrize("name", PAGES)
def test_second_click_adds_nothing(name, world):
    """Fault 49. Whatever the first one made, the same page sent again makes no more of it."""
    world.me  # noqa: B018
    access = MATRIX[name]
    visitor = next(visitor for visitor in ("anonymous", *ROLES) if access.allows(visitor))
    client = client_of(world, visitor)
    client.raise_request_exception = False
    url = reverse(name, kwargs=access.arguments(world)) + (access.query or "")
    again = {}
    for form in forms_of(client, url):
        client.post(form.action, form.carried)
        once = counted()
        client.post(form.action, form.carried)
        more = added(once, counted())
        if more:
            again[urlsplit(form.action).path] = more
    assert again == {}
