"""Every form of every page is sent twice, as by a double click: the second one adds nothing.

The pages are those of the permission matrix: a form that is added to one of them is tried here.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse

from tests.house.test_hostile_forms import NOT_OURS, PAGES, FormReader, FoundForm
from tests.house.test_once import KEPT_ONCE, ONCE_OTHERWISE
from tests.house.test_permissions import MATRIX, client_of
from tests.house.typing import BEFOREHAND, CHANGES_NOTHING, TYPED_THERE, give_the_reason
from tests.permissions import ROLES

pytestmark = pytest.mark.django_db
#: What each kind of field is filled in with.
WORDS = {
    "email": "twice@example.org",
    "number": "7",
    "date": "2026-03-01",
    "time": "08:00",
    "datetime-local": "2026-03-01T08:00",
    "url": "https://example.org/",
    "password": "",
}
#: Rows that say that a page was asked for, and nothing of what was sent.
OF_THE_ASKING = {
    "AuditEvent",
    "FormReceipt",
    "Look",
    "Attempt",
    "Crowd",
    "Bucket",
}
#: Rows that are written beside another one and are none that a person makes.
BESIDE = {"Context", "Job", "BrowserSession", "SegmentMember", "SegmentLog", "Suppression"}


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


@dataclass(frozen=True)
class Rows:
    """How many rows a table holds, and a sum that changes with any of them."""

    count: int
    digest: int


@cache
def tables() -> dict[str, str]:
    """Models that have a table, by name, but those of the asking."""
    there = set(connection.introspection.table_names())
    found = {}
    for model in apps.get_models():
        if model._meta.db_table in there and model.__name__ not in OF_THE_ASKING:
            found[model.__name__] = f'"{model._meta.db_table}"'
    return found


def stored() -> dict[str, Rows]:
    """What every table holds, by one statement."""
    parts = []
    for name, table in tables().items():
        digest = "coalesce(sum(hashtext(t::text)::bigint), 0)"
        if name == "BrowserSession":
            # Each step of a visitor writes into their own.
            digest = "0"
        parts.append(f"SELECT '{name}', count(*), {digest} FROM {table} t")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: Rows(count, digest) for name, count, digest in cursor.fetchall()}


def added(before: dict, after: dict) -> dict[str, int]:
    more = {}
    for name, rows in after.items():
        if rows.count > before[name].count:
            more[name] = rows.count - before[name].count
    return more


@dataclass(frozen=True)
class Clicks:
    """What the first click on a form did, and the rows that each of the two added."""

    status: int
    has_changed: bool
    first: dict[str, int]
    second: dict[str, int]


def clicked_twice(client: Client, address: str, data: dict) -> Clicks:
    """Both clicks on a form, taken back afterwards: the next one finds the page's world."""
    session = deepcopy(client.cookies)
    with transaction.atomic():
        before = stored()
        status = client.post(address, data).status_code
        once = stored()
        rewind(data)
        client.post(address, data)
        twice = stored()
        transaction.set_rollback(True)
    client.cookies = session
    return Clicks(status, before != once, added(before, once), added(once, twice))


def rewind(data: dict) -> None:
    for value in data.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)


def name_of(address: str) -> str:
    return resolve(urlsplit(address).path).view_name


def tried(name: str, world) -> dict[str, Clicks]:
    """Every form of a page, by the path it is sent to."""
    world.me  # noqa: B018 (the reader that the reader user is)
    access = MATRIX[name]
    visitor = next(visitor for visitor in ("anonymous", *ROLES) if access.allows(visitor))
    client = client_of(world, visitor)
    client.raise_request_exception = False
    url = reverse(name, kwargs=access.arguments(world)) + (access.query or "")
    BEFOREHAND.get(name, nothing)(world)

    forms = forms_of(client, url)
    if "crm:reader-reason" in {name_of(form.action) for form in forms}:
        give_the_reason(client, world)
        forms += forms_of(client, url)
    found = {}
    for form in forms:
        typed = TYPED_THERE.get(name_of(form.action), nothing)(world)
        clicks = clicked_twice(client, form.action, form.carried | typed)
        found[f"{urlsplit(form.action).path} {len(found)}"] = clicks
    return found


def nothing(_world) -> dict:
    return {}


def is_beside(model: str) -> bool:
    """True for what no person makes by itself: rows of the history among others."""
    return model in BESIDE or (model.endswith("Event") and model != "ConsentEvent")


@pytest.mark.parametrize("name", PAGES)
def test_second_click_adds_nothing(name, world):
    """Fault 49. What the first one did is done, and the same page sent again makes no more of it.

    A form whose first click does nothing would prove nothing: it is refused here, or listed.
    """
    idle, again, unlisted = {}, {}, {}
    for path, clicks in tried(name, world).items():
        target = name_of(path.split()[0])
        if clicks.second:
            again[path] = clicks.second
        has_done = clicks.has_changed and clicks.status < 400
        if has_done == (target in CHANGES_NOTHING):
            idle[path] = clicks
        made = {model for model in clicks.first if not is_beside(model)}
        if made and target not in KEPT_ONCE | ONCE_OTHERWISE.keys():
            unlisted[target] = made
    assert again == {}
    assert idle == {}, "does nothing and is not listed, or is listed and does something"
    assert unlisted == {}, "makes a row and is tried by no test with other words"
