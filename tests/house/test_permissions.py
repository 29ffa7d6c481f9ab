"""Every URL of the project stands in a matrix, and the matrix is true (fault 36).

Nobody sees what is not theirs: each URL is asked by each role and by nobody.
"""

import uuid
from contextlib import contextmanager
from copy import copy
from importlib import import_module
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse, reverse_lazy

from tests import factories
from tests.permissions import ROLES, Access, World

#: Each has its part of the matrix; core has no addresses.
APPS = ("crm", "campaigns", "feedback", "analytics", "demo", "config")
#: Pages of installed packages, by the beginning of their names; their own tests are their makers'
#: business.
THIRD_PARTY = ("account_", "mfa_", "admin:", "set_language")
REFUSED = {403, 404}
LOGIN = "/accounts/login/"


def matrix() -> dict[str, Access]:
    lines = {}
    for app in APPS:
        found = import_module(f"tests.{app}.matrix").MATRIX
        assert lines.keys().isdisjoint(found), f"{app} lists a URL that another app listed before"
        lines |= found
    return lines


def url_names(patterns=None, namespace="") -> list[str]:
    """Full names of all URL patterns.

    One without a name shows up as its route, which no matrix lists.
    """
    names = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            names.append(f"{namespace}{pattern.name or pattern.pattern}")
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            names += url_names(pattern.url_patterns, inner)
    return names


MATRIX = matrix()
OURS = [name for name in url_names() if not name.startswith(THIRD_PARTY)]


def client_of(world, visitor: str) -> Client:
    client = Client()
    if visitor != "anonymous":
        client.force_login(world.user(visitor))
    return client


def ask(client, access: Access, name: str, arguments: dict, world):
    url = reverse(name, kwargs=arguments) + access.query
    return (
        client.post(url, access.body(world)) if access.post else client.get(url, access.body(world))
    )


def is_open(response) -> bool:
    to_login = response.status_code == 302 and LOGIN in response["Location"]
    return (
        response.status_code < 500
        and response.status_code not in REFUSED | {401, 405}
        and not to_login
    )


def is_closed(response, visitor: str) -> bool:
    if visitor == "anonymous":
        asked_to_sign_in = response.status_code == 302 and LOGIN in response["Location"]
        return asked_to_sign_in or response.status_code in REFUSED | {401}
    return response.status_code in REFUSED


def is_as_the_matrix_says(access: Access, visitor: str, response) -> bool:
    if access.allows(visitor):
        return is_open(response)
    return is_closed(response, visitor)


def not_there(value):
    """An argument of the same type that names nothing."""
    if isinstance(value, bool | int):
        return 2**31 - 9
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=9)
    return "nothing-here"


def test_every_url_stands_in_the_matrix():
    assert sorted(set(OURS) - MATRIX.keys()) == []


def test_the_matrix_lists_only_urls_that_exist():
    assert sorted(MATRIX.keys() - set(OURS)) == []


@contextmanager
def taken_back(world: World):
    """The same people with things of their own, and nothing of what happens to them stays."""
    cache.clear()
    with transaction.atomic():
        # What is made when asked for is made anew in each copy.
        yield copy(world)
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_url_opens_only_for_its_roles(name, world):
    access = MATRIX[name]
    wrong = []

    for visitor in ("anonymous", *ROLES):
        with taken_back(world) as own:
            arguments = access.arguments(own)
            response = ask(client_of(own, visitor), access, name, arguments, own)
        if not is_as_the_matrix_says(access, visitor, response):
            told = response.get("Location", "")
            wrong.append(f"{visitor} got {response.status_code} {told}")

    assert wrong == []


@pytest.mark.parametrize(
    "name",
    sorted(name for name, access in MATRIX.items() if access.make and access.wrong is not False),
)
def test_url_of_something_missing_is_404(name, world):
    access = MATRIX[name]
    arguments = access.wrong or {
        key: not_there(value) for key, value in access.arguments(world).items()
    }
    visitor = next(visitor for visitor in (*reversed(ROLES), "anonymous") if access.allows(visitor))

    response = ask(client_of(world, visitor), access, name, arguments, world)

    assert response.status_code == 404


@pytest.mark.parametrize("name", [name for name, access in MATRIX.items() if access.post])
def test_get_changes_nothing_where_post_is_needed(name, world):
    access = MATRIX[name]
    visitor = next(visitor for visitor in (*reversed(ROLES), "anonymous") if access.allows(visitor))

    response = client_of(world, visitor).get(reverse(name, kwargs=access.arguments(world)))

    assert response.status_code == 405


@pytest.mark.django_db
def test_admin_site_is_closed_to_everyone_without_the_staff_flag(world):
    for visitor in ("anonymous", *ROLES):
        response = client_of(world, visitor).get(reverse("admin:index"))
        assert response.status_code == 302, visitor
        assert LOGIN in response["Location"] or reverse("admin:login") in response["Location"]


def test_apps_of_the_project_are_all_in_the_matrix():
    ours = {config.name for config in apps.get_app_configs() if "site-packages" not in config.path}
    assert ours == set(APPS) - {"config"} | {"core"}


# --- after the sign-in ----------------------------------------------------------------------------
#: {the address that somebody came from: where the sign-in then leads}; None for the button's own.
CAME_FROM = {
    "http://testserver/me/?x=1": "/me/?x=1",
    "": reverse_lazy("crm:after-login"),
    None: reverse_lazy("crm:after-login"),
    "https://example.org/x": reverse_lazy("crm:after-login"),
}


@pytest.mark.parametrize(
    "name",
    [name for name, access in MATRIX.items() if access.post and not access.allows("anonymous")],
)
def test_post_without_a_session_leads_to_a_page_that_opens(world, name):
    """In 0.1 the address of the button was opened after the sign-in: a bare 405."""
    access = MATRIX[name]
    url = reverse(name, kwargs=access.arguments(world))
    led = {}

    for came_from in CAME_FROM:
        referer = f"http://testserver{url}" if came_from is None else came_from
        answer = Client().post(url, access.body(world), headers={"referer": referer})
        # A fragment or the API sends nobody to the sign-in page.
        if answer.status_code == 302:
            led[came_from] = QueryDict(urlsplit(answer["Location"]).query)["next"]

    assert led in ({}, CAME_FROM)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "word"), [("en", "no page to open"), ("zh-hans", "这里没有可以打开的页面")]
)
def test_address_of_a_button_says_so_when_it_is_opened(client, language, word):
    client.force_login(factories.UserFactory())
    answer = client.get(reverse("crm:me-consent"), headers={"accept-language": language})
    page = answer.content.decode()
    assert answer.status_code == 405
    assert word in page
    assert 'href="/"' in page
