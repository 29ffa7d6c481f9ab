"""Real servers before the settings load, one Valkey database per worker, a browser that speaks to a
live server.
"""

import base64
import gc
import os
import re
from datetime import date

from ops import local, messages

os.environ.setdefault("LOCAL_DIR", str(local.BASE_DIR / ".local" / "test"))
os.environ |= local.ensure(fsync=False)
# Pages of tests name the sources, whatever was collected beside manage.py.
os.environ["STATIC_ROOT"] = str(local.base_dir() / "static")
# Each process has its own Valkey database, 1 without xdist, 2 for gw0, 3 for gw1 and so on;
# PostgreSQL's is named by pytest-django. Every test begins with an empty cache: where gw0 and a
# single test started beside the whole run shared one, each emptied the other's in mid-test.
XDIST_WORKER = os.environ.get("PYTEST_XDIST_WORKER")
VALKEY_DATABASE = int(XDIST_WORKER.removeprefix("gw")) + 2 if XDIST_WORKER else 1
os.environ["REDIS_URL"] = re.sub(
    r"([?&]db=|/)\d+$", rf"\g<1>{VALKEY_DATABASE}", os.environ["REDIS_URL"]
)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["CACHE_TIMEOUT"] = "30"  # a busy machine is no missing cache
# Both halves of a key, and the smallest k: a test need not fill batches of ten.
os.environ["ANSWERS_PRIVATE_KEY"] = base64.b64encode(b"a key of the tests, of 32 bytes.").decode()
os.environ["ANONYMOUS_LEAST"] = "5"
os.environ["DEMO"] = "on"  # the demonstration is tested with everything else
os.environ.setdefault("STAFF_TOTP_REQUIRED", "off")  # its own tests turn it on
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the test's own thread

messages.compile_stale()

from importlib import import_module, reload

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as drawing

django.setup()
# Tests hold on a busy machine: no example of a property has to be done within a time.
drawing.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("unhurried")
# Of the two processes of a run each has read the settings before this file, with the Valkey
# database of whoever started it: its own servers and workers would not find what it puts there.
own_settings = reload(import_module("config.settings"))
for name in ("REDIS_URL", "CACHES", "BROKER_URL", "CELERY_BROKER_URL"):
    setattr(settings, name, getattr(own_settings, name))
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Else every client that is made lists all files of the portal before its first request.
settings.WHITENOISE_AUTOREFRESH = True

from campaigns.plan.models import Campaign
from core import owner as owners
from core.charts import checking, layout
from crm.library import chosen, logo, naming
from tests import browser as browsing
from tests import factories, measured, owner, signing_in
from tests import sink as sinks
from tests.permissions import World
from tests.sheets import lay_out_joined

# Whatever figure a test makes is one that Plotly knows.
layout.CHECKS.append(checking.check)

# The first folder that has a file serves it.
SHEETS = lay_out_joined(local.base_dir() / f"sheets-{XDIST_WORKER or 'one'}")
settings.STATICFILES_DIRS = [SHEETS, *settings.STATICFILES_DIRS]

#: Migrations that fill registers. A test that commits ends with empty tables.
REGISTERS = [
    "campaigns.migrations.0002_channels",
    "crm.migrations.0003_profiles",
    "crm.migrations.0024_first_notice",
    "crm.migrations.0057_usual_number_systems",
    "crm.migrations.0080_systems_of_koha_and_huiwen",
]


#: What Django itself fills after each migration stays: a test that commits adds nothing to it.
STAYS = {"django_content_type", "auth_permission", "django_migrations"}


def empty_tables(_case) -> None:
    """After a test that commits. Django's own flush makes the files of every table anew and looks
    through all permissions afterwards, which takes far longer where a test leaves a few rows.
    """
    with owners.as_owner(), connection.cursor() as cursor:
        tables = set(connection.introspection.django_table_names(only_existing=True)) - STAYS
        # Neither foreign keys nor triggers that keep what was published: everything goes.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in sorted(tables)))
    for name in REGISTERS:
        import_module(name).add(apps, None)


TransactionTestCase._fixture_teardown = empty_tables
Client._login = signing_in.sign_in


def pytest_configure(config):
    """Hooks that have a file of their own."""
    config.pluginmanager.register(measured)


def pytest_collection_finish():
    """Five thousand tests and the whole portal stay to the end: they need not be looked through
    again and again for what is no longer used.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The test database is made, migrated and removed by the owner of its tables."""
    owner.connect_as_owner()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests themselves connect as the application does."""
    with django_db_blocker.unblock():
        owner.make_function()
    owner.connect_as_application()
    yield
    owner.connect_as_owner()


@pytest.fixture(autouse=True)
def folders(tmp_path, settings, monkeypatch):
    """Media, mailbox, journals, lists and notes of a test are its own."""
    settings.LOCAL_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.ERASED_LIST = tmp_path / "erased.txt"
    settings.WITHDRAWN_LIST = tmp_path / "withdrawn.txt"
    settings.HEADS_LIST = tmp_path / "heads.txt"
    # Programs beside the test work on databases of their own, with other chains.
    monkeypatch.setenv("HEADS_LIST", str(settings.HEADS_LIST))


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def nothing_of_the_library():
    """Each test begins like a process that has asked for logo and name a moment ago: none."""
    logo.shown.remember(None)
    naming.shown.remember(None)
    chosen.shown.remember(None)


@pytest.fixture(autouse=True)
def own_language():
    """A page leaves its language behind in the thread; every test begins in the library's own."""
    translation.deactivate()


@pytest.fixture
def world(db):
    """One user per role and, made when asked for, one of each thing they look at."""
    return World()


@pytest.fixture(scope="session")
def chromium():
    yield from browsing.chromium()


@pytest.fixture
def live(chromium, live_server):
    """A browser on a live server.

    ``live.sign_in(user)``, ``live.open(path)``, ``live.axe()``, ``live.shot(name)``.
    """
    with browsing.Live(chromium, live_server.url) as live:
        yield live
        assert live.errors == []


@pytest.fixture
def sink(settings):
    """A mail server of the test's own that keeps what it is sent."""
    with sinks.running() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        yield sink


@pytest.fixture
def librarian(db):
    return factories.UserFactory(role="librarian")


@pytest.fixture
def campaign(librarian):
    """Live, one segment of every active reader, nobody held out."""
    campaign = factories.CampaignFactory(
        owner=librarian,
        phase=Campaign.Phase.PERFORMANCE,
        locked_at=timezone.now(),
        locked_by=librarian,
        holdout_percent=0,
        starts_on=date(2026, 9, 1),
    )
    campaign.segments.add(factories.SegmentFactory(rule={}))
    return campaign


@pytest.fixture
def content(campaign):
    return factories.ContentFactory(
        campaign=campaign, subject="Hello {name}", body="<p>Dear {name}</p>"
    )
