"""What is unsafe about an installation is said in one sentence with the setting to change."""

import json
import os
import time

import pytest
from django.core.checks import ERROR, WARNING, run_checks

from core import collected, safety

GOOD_KEY = "Vq3_7hK0-xTzPw9LmRb2YcUe5NfJ8sDgA4iHoX1kZtQyEu6WvCjB"
OTHER_KEY = GOOD_KEY[::-1]


@pytest.fixture
def safe(settings, tmp_path):
    """An installation that nothing is wrong with."""
    settings.DEMO = settings.DEBUG = False
    settings.SECRET_KEY, settings.PRIVACY_KEY = GOOD_KEY, OTHER_KEY
    settings.BASE_URL, settings.HTTPS = "https://huixiang.example.org", True
    settings.ALLOWED_HOSTS = ["huixiang.example.org"]
    settings.TRUSTED_PROXIES, settings.STAFF_TOTP_REQUIRED = ["10.0.0.1"], True
    settings.EMAIL_HOST, settings.EMAIL_PORT = "relay.example.org", 587
    settings.LOCAL_DIR = tmp_path
    settings.REDIS_URL = f"redis://:{GOOD_KEY[:20]}@cache.example.org/0"
    (tmp_path / "last_backup").touch()
    manifest = {"version": "1.1", "paths": {name: name for name in collected.sources()}}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    (tmp_path / collected.FINGERPRINT).write_text(collected.fingerprint())
    settings.STATIC_ROOT = tmp_path
    return settings


def found() -> dict[str, int]:
    """Level of each thing that is said, by its id."""
    messages = run_checks(tags=[safety.TAG], include_deployment_checks=True)
    return {message.id.removeprefix("huixiang."): message.level for message in messages}


@pytest.mark.django_db
def test_safe_installation_has_nothing_said_about_it(safe, capsys):
    assert found() == {}

    safety.refuse_unsafe_start()

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("changes", "said", "level"),
    [
        ({"DEBUG": True}, "debug", ERROR),
        ({"SECRET_KEY": "build"}, "key", ERROR),
        ({"SECRET_KEY": GOOD_KEY[:31]}, "key", ERROR),
        ({"SECRET_KEY": "a" * 60}, "key", ERROR),
        ({"SECRET_KEY": "django-insecure-" + GOOD_KEY}, "key", ERROR),
        ({"SECRET_KEY": GOOD_KEY[:40]}, "short-key", WARNING),
        ({"PRIVACY_KEY": GOOD_KEY}, "one-key", WARNING),
        ({"PRIVACY_KEY": "short"}, "privacy-key", WARNING),
        ({"ALLOWED_HOSTS": ["*"]}, "any-host", ERROR),
        ({"ALLOWED_HOSTS": ["localhost"]}, "own-host", WARNING),
        ({"HTTPS": False}, "https", ERROR),
        ({"TRUSTED_PROXIES": []}, "proxy", WARNING),
        ({"STAFF_TOTP_REQUIRED": False}, "second-factor", WARNING),
        ({"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 8025}, "mail", WARNING),
    ],
)
@pytest.mark.django_db
def test_each_unsafe_setting_is_said_with_its_name(safe, capsys, changes, said, level):
    for name, value in changes.items():
        setattr(safe, name, value)

    assert found() == {said: level}

    if level == ERROR:
        with pytest.raises(SystemExit, match="not started"):
            safety.refuse_unsafe_start()
    else:
        safety.refuse_unsafe_start()
    line = capsys.readouterr().err
    assert len(line.splitlines()) == 1
    assert {"HTTPS": "BASE_URL", "EMAIL_HOST": "EMAIL_URL"}.get(*[next(iter(changes))] * 2) in line


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("redis://redis:6379/0", True),
        ("redis://:short@redis:6379/0", True),
        ("redis://:huixiang@redis:6379/0", True),
        ("redis://:a-long-random-password-7@redis:6379/0", False),
        # Nobody else gets to these.
        ("redis://127.0.0.1:6379/0", False),
        ("unix:///run/valkey.sock?db=0", False),
    ],
)
@pytest.mark.django_db
def test_valkey_that_others_reach_has_a_password_of_its_own(safe, address, said):
    safe.REDIS_URL = address

    assert found() == ({"broker-password": WARNING} if said else {})


@pytest.mark.parametrize(
    ("host", "user", "password", "said"),
    [
        ("db", "portal", "", True),
        ("db", "portal", "portal", True),
        ("127.0.0.1", "portal", "portal", True),
        ("db", "portal", "a-long-random-password-7", False),
        ("/run/postgresql", "portal", "", False),
    ],
)
def test_database_has_a_password_of_its_own(settings, host, user, password, said):
    settings.DATABASES = {"default": {"HOST": host, "USER": user, "PASSWORD": password}}

    assert safety.database_is_open() is said


@pytest.mark.parametrize(("days", "said"), [(6, False), (8, True), (None, True)])
@pytest.mark.django_db
def test_backup_that_is_old_or_missing_is_said(safe, days, said):
    stamp = safe.LOCAL_DIR / "last_backup"
    if days is None:
        stamp.unlink()
    else:
        then = time.time() - days * 24 * 3600
        os.utime(stamp, (then, then))

    assert ("backup" in found()) is said


@pytest.mark.django_db
def test_local_mail_server_is_a_mail_server(safe):
    safe.EMAIL_HOST, safe.EMAIL_PORT = "127.0.0.1", 25
    assert found() == {}


@pytest.mark.django_db
def test_demonstration_on_this_machine_alone_has_nothing_said_about_it(settings):
    settings.BASE_URL, settings.HTTPS = "http://127.0.0.1:8000", False
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.SECRET_KEY = settings.PRIVACY_KEY = GOOD_KEY

    assert found() == {}


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("huixiang.example.org", False),
    ],
)
def test_own_machine_is_told_from_others(host, own):
    assert safety.is_own_machine(host) is own
