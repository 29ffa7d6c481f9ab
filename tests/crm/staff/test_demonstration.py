"""Fault 47: the database was a demonstration's, and the program is an installation."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from crm.staff.models import AuditEvent, User
from demo import seed
from ops import local
from tests import servers
from tests.core.building import token_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def left_behind(db):
    """The accounts that a demonstration made."""
    return seed.seed_users()


def sign_in(name: str) -> Client:
    browser = Client()
    browser.post(LOGIN, {"login": name, "password": seed.PASSWORD})
    return browser


@pytest.mark.parametrize("name", [name for name, *_role in seed.SIGN_INS])
def test_account_of_a_demonstration_opens_nothing_in_an_installation(left_behind, settings, name):
    """Fault 47. Not at the sign-in, not by a session, a password or a token it has already."""
    user = left_behind[name]
    opened, token = sign_in(name), token_of(user)
    assert SESSION_KEY in opened.session

    settings.DEMO = False

    assert opened.get(reverse("crm:session-list")).url.startswith(LOGIN)
    assert SESSION_KEY not in sign_in(name).session
    assert SESSION_KEY not in sign_in(user.email).session
    headers = {"Authorization": f"Token {token}"}
    assert Client().get(reverse("api:segment-list"), headers=headers).status_code == 401
    form = {"username": name, "password": seed.PASSWORD}
    answer = Client().post(reverse("api:token"), form, content_type="application/json")
    assert answer.status_code == 401
    assert not AuditEvent.objects.filter(user=user).exclude(action="sign-in").exists()
    assert AuditEvent.objects.filter(action="sign-in").count() == 1
    assert not user.can("desk.open")


def start(**changes: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "ops.start_check"],
        cwd=local.BASE_DIR,
        env=servers.environment(**changes),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_start_is_refused_until_the_command_has_shut_them_out(left_behind):
    """Fault 47. The refusal names the accounts and the command."""
    refused = start(DEMO="off")
    assert refused.returncode == 1
    for text in ("reader, librarian, manager, admin", "retire_demonstration", "not started"):
        assert text in refused.stderr

    said = io.StringIO()
    call_command("retire_demonstration", stdout=said)
    assert said.getvalue().count("may no longer sign in") == 4

    allowed = start(DEMO="off")
    assert allowed.returncode == 0, allowed.stderr
    assert "demonstration's" not in allowed.stderr.replace("or a demonstration's", "")


@pytest.mark.django_db(transaction=True)
def test_web_server_does_not_start_on_such_a_database(left_behind, tmp_path):
    """Fault 47. gunicorn itself, as the image starts it."""
    log = tmp_path / "web.log"
    command = ["-m", "gunicorn", "config.wsgi", "--preload", "--no-control-socket"]
    bind = ["--bind", f"127.0.0.1:{servers.free_port()}"]
    with servers.process([*command, *bind], log, DEMO="off") as web:
        servers.wait_for(lambda: web.process.poll() is not None, 60)

    assert web.process.returncode != 0
    assert "reader, librarian, manager, admin" in log.read_text()


def test_retired_accounts_keep_what_they_did_and_lose_every_right(left_behind):
    admin = left_behind["admin"]
    token_of(admin)
    own = UserFactory(role="administrator")

    call_command("retire_demonstration", stdout=io.StringIO())
    call_command("retire_demonstration", stdout=io.StringIO())

    admin.refresh_from_db()
    rights = (admin.is_active, admin.role, admin.is_staff, admin.is_superuser)
    assert rights == (False, "reader", False, False)
    assert not admin.has_usable_password()
    assert not admin.api_tokens.exists()
    assert User.objects.get(pk=own.pk).role == "administrator"
    assert AuditEvent.objects.filter(action="user.change").count() == 4


@pytest.mark.django_db(transaction=True)
def test_pages_and_mailbox_of_the_demonstration_are_absent(tmp_path):
    """Asked of a program with DEMO off, as an administrator."""
    ask = (
        "from django.apps import apps\n"
        "from django.test import Client\n"
        "from crm.staff.models import User\n"
        "client = Client(headers={'host': 'localhost'})\n"
        "client.force_login(User.objects.get())\n"
        "pages = ['/desk/mailbox/', '/desk/mailbox/1.2_3.local/', '/desk/jobs/']\n"
        "print(apps.is_installed('demo'), [client.get(page).status_code for page in pages])\n"
        "print('/desk/mailbox/' in client.get('/desk/jobs/').content.decode())\n"
        "print('huixiang-demo' in Client(headers={'host': 'localhost'})"
        ".get('/accounts/login/').content.decode())\n"
    )
    UserFactory(role="administrator")
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0"],
        cwd=local.BASE_DIR,
        env=servers.environment(DEMO="off", STAFF_TOTP_REQUIRED="off"),
        input=ask,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.splitlines()[-3:] == ["False [404, 404, 200]", "False", "False"], done.stderr


def test_seeding_is_refused_outside_a_demonstration():
    done = subprocess.run(
        [sys.executable, str(Path(local.BASE_DIR) / "manage.py"), "seed_demo"],
        env=servers.environment(DEMO="off"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Unknown command" in done.stderr
