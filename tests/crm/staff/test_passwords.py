"""Which passwords are refused, wherever one is set, and that good ones are taken as typed."""

import gzip
import re
import string
from pathlib import Path

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from crm.staff.models import User
from tests.crm.staff.door import LOGIN, account, is_in, lets_in

LIST = Path(password_validation.__file__).parent / "common-passwords.txt.gz"


def refusals(password, user=None) -> list[str]:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as refused:
        return [error.code for error in refused.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "HuiXiang-2026-river",
        "我爱回响我爱回响我爱",
        "library and meadow",
        "north-seaside-books",
        "a huge example tree",
    ],
)
def test_names_of_library_and_portal_are_no_part_of_a_password(settings, password):
    settings.LIBRARY_NAME = "Seaside University 图书馆"
    settings.BASE_URL = "https://reading.example.edu"

    assert "name_of_the_house" in refusals(password)


@pytest.mark.parametrize(
    "password",
    [
        "password12345",
        "1234567890",
        "9876543210",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "woaini1314520",
        "aaaaaaaaaaaaaaaaaaaa",
        "P@ssw0rd2026",
        "zaq12wsxcde3",
    ],
)
def test_what_is_guessed_first_is_refused(password):
    assert refusals(password)


def test_every_common_password_that_is_long_enough_is_refused():
    """Django's list has 1,780 of ten characters or more."""
    with gzip.open(LIST, "rt") as lines:
        common = [line.strip() for line in lines if len(line.strip()) >= 10]
    assert len(common) > 1700

    assert [password for password in common if not refusals(password)] == []
    # Nor with a letter, a digit or a mark behind it.
    varied = [f"{password}{end}" for password in common[::40] for end in "1!a"]
    taken = [password for password in varied if not refusals(password)]
    assert len(taken) <= len(varied) / 6, taken


def test_name_or_address_of_its_owner_is_no_password():
    user = User(username="lin.wanqing", email="wanqing.lin1987@example.org")

    assert refusals("wanqing.lin1987", user)


@pytest.mark.parametrize(
    "password",
    [
        "a long enough one",
        "长安一片月·万户捣衣声",
        "correct horse battery staple",
        "8402957136482",
        "tqmwzvhkpyrd",
        "TQMWZVHKPYRD",
        "  leading and trailing  ",
        (string.ascii_letters + string.digits)[::-1] + "··",
        "Z" + "many words that go on and on, " * 9,
    ],
)
@pytest.mark.django_db
def test_no_kind_of_character_is_asked_for_and_the_password_is_taken_as_typed(password):
    assert refusals(password) == []
    ann = account("Ann", "ann@example.org")
    ann.set_password(password)
    ann.save()

    assert lets_in(password=password)
    assert not lets_in(password=password.strip() + "x")
    if password != password.strip():
        assert not lets_in(password=password.strip())


@pytest.mark.django_db
def test_long_password_goes_through_pages_and_api():
    """64 characters, a space at each end, set on the page and given to the API."""
    password = " 64 characters of which none is cut off or changed, said at once"[:63] + " "
    assert len(password) == 64
    account("Ann", "ann@example.org")
    client = Client()
    client.post(LOGIN, {"login": "Ann", "password": "a long enough one"})
    form = {"oldpassword": "a long enough one", "password1": password, "password2": password}
    client.post(reverse("account_change_password"), form)

    assert lets_in(password=password)
    assert not lets_in(password=password.strip())
    body = {"username": "Ann", "password": password}
    answer = Client().post(reverse("api:token"), body, content_type="application/json")
    assert answer.status_code == 200
    shorter = body | {"password": password.strip()}
    answer = Client().post(reverse("api:token"), shorter, content_type="application/json")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "page", ["account_login", "account_signup", "account_change_password", "account_reauthenticate"]
)
@pytest.mark.django_db
def test_password_fields_hide_what_is_typed_and_let_managers_fill_them(page):
    client = Client()
    if page in {"account_change_password", "account_reauthenticate"}:
        client.force_login(account("Ann", "ann@example.org"))

    text = client.get(reverse(page)).content.decode()

    fields = re.findall(r'<input[^>]*name="\w*password\w*"[^>]*>', text)
    assert fields
    for tag in fields:
        assert 'type="password"' in tag
        assert 'autocomplete="current-password"' in tag or 'autocomplete="new-password"' in tag
        assert "maxlength" not in tag
    # Nothing in our scripts stands in the way of pasting.
    scripts = Path("static/js").glob("*.js")
    assert [path.name for path in scripts if "paste" in path.read_text()] == []


@pytest.mark.django_db
def test_box_says_how_long_somebody_stays_signed_in(settings):
    page = Client().get(LOGIN, headers={"accept-language": "en"}).content.decode()
    assert "for 12 hours at most" in page

    account("Ann", "ann@example.org")
    kept, forgotten = Client(), Client()
    kept.post(LOGIN, {"login": "Ann", "password": "a long enough one", "remember": "on"})
    forgotten.post(LOGIN, {"login": "Ann", "password": "a long enough one"})
    assert is_in(kept)
    assert kept.cookies["sessionid"]["max-age"] == settings.SESSION_COOKIE_AGE
    assert forgotten.cookies["sessionid"]["max-age"] == ""
