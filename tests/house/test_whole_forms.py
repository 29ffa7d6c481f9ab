"""A page shows every field that its form asks for: one that is laid out by hand may lack one."""

import pytest
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from tests.house.test_permissions import MATRIX, ask, client_of
from tests.permissions import ROLES

PAGES = sorted(name for name, access in MATRIX.items() if not access.post)
#: Sign-in pages that anybody may open; their forms are ours.
DOORS = ["account_login", "account_signup", "account_reset_password"]


def first_allowed(access) -> str:
    """Somebody who may open the page, the one with most rights first."""
    for role in reversed(ROLES):
        if access.allows(role):
            return role
    return "anonymous"


def unshown(response) -> list[str]:
    """Fields that a form demands and its page does not have.

    Forms of which a page has no field at all are shown at another time.
    """
    if response.streaming:
        return []

    text = response.content.decode(errors="replace")
    missing = []
    for form in forms_of(response):
        names = [form.add_prefix(name) for name in form.fields]
        absent = {name for name in names if f'name="{name}"' not in text}
        if len(absent) < len(names):
            missing += [name for name in demanded(form) if name in absent]
    return missing


def forms_of(response) -> list[BaseForm]:
    """All forms that were given to the templates of a page."""
    contexts = response.context or []
    if not isinstance(contexts, list):
        contexts = [contexts]

    found = []
    for context in contexts:
        found += [value for value in context.flatten().values() if isinstance(value, BaseForm)]
    return found


def demanded(form: BaseForm) -> list[str]:
    """Names of the fields that must be filled in, as the page would have them."""
    required = [name for name, field in form.fields.items() if field.required]
    return [form.add_prefix(name) for name in required]


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_every_field_that_its_form_demands(name, world):
    access = MATRIX[name]
    client = client_of(world, first_allowed(access))
    response = ask(client, access, name, access.arguments(world), world)
    assert unshown(response) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
def test_door_shows_every_field_that_its_form_demands(name):
    assert unshown(Client().get(reverse(name))) == []
