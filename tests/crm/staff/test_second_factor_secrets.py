"""What opens an account is in no dump of the database."""

import subprocess
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connection

from core.sealed import WrongSeal, open_text, seal_text
from crm.staff.second_factor import use_code
from ops import backup
from tests import servers
from tests.crm.staff.door import SECRET, account, code, with_second_factor

OTHER_KEY = "another key of fifty characters, that nobody else knows"
migration = import_module("crm.migrations.0043_second_factors_are_sealed")


def dump() -> str:
    """What pg_dump writes of the database of the tests."""
    address = servers.owner_url().rsplit("/", 1)
    query = address[1].partition("?")[2]
    name = connection.settings_dict["NAME"]
    url = f"{address[0]}/{name}" + (f"?{query}" if query else "")
    done = subprocess.run([backup.program("pg_dump"), url], check=True, capture_output=True)
    return done.stdout.decode()


@pytest.mark.django_db(transaction=True)
def test_neither_seeds_nor_codes_are_in_a_dump():
    ann = with_second_factor(account("Ann", "ann@example.org"))
    held = {row.type: row for row in Authenticator.objects.filter(user=ann)}
    codes = held["recovery_codes"].wrap().get_unused_codes()
    seed = open_text(held["recovery_codes"].data["seed"])

    text = dump()
    assert held["totp"].data["secret"] in text
    for secret in (SECRET, seed, *codes):
        assert secret not in text


@pytest.mark.django_db
def test_codes_open_after_the_upgrade_of_plain_seeds():
    """As 0.1 stored them: no code is lost, none that was used is good again."""
    ann = with_second_factor(account("Ann", "ann@example.org"))
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert use_code(ann, codes[0]) is not None
    migration.open_all(apps, None)
    held = {row.type: row.data for row in Authenticator.objects.all()}
    assert held["totp"]["secret"] == SECRET
    assert held["recovery_codes"]["used_mask"] == 1

    migration.seal_all(apps, None)

    assert SECRET not in str(list(Authenticator.objects.values("data")))
    assert use_code(ann, codes[0]) is None
    assert use_code(ann, codes[1]) is not None
    assert use_code(ann, code()) is not None


@pytest.mark.django_db
def test_a_second_factor_put_in_by_sql_opens_nothing():
    """Plain, as whoever may write into the table could write it."""
    ann = account("Ann", "ann@example.org")
    Authenticator.objects.create(user=ann, type="totp", data={"secret": SECRET})
    assert use_code(ann, code()) is None


@pytest.mark.django_db
def test_key_of_before_opens_while_it_is_known(settings):
    ann = with_second_factor(account("Ann", "ann@example.org"))
    old, settings.PRIVACY_KEY = settings.PRIVACY_KEY, OTHER_KEY
    assert use_code(ann, code()) is None
    settings.PRIVACY_KEY_FALLBACKS = [old]
    assert use_code(ann, code()) is not None


def test_sealed_text_is_another_each_time_and_refuses_change():
    sealed = seal_text("甲 a")
    assert sealed != seal_text("甲 a")
    assert open_text(sealed) == "甲 a"
    for wrong in ("", "甲 a", "JBSWY3DPEHPK3PXP", sealed[:-4], "A" + sealed[1:]):
        with pytest.raises(WrongSeal):
            open_text(wrong)
    assert settings.PRIVACY_KEY not in sealed
