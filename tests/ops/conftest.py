"""A backup of the test database, and an empty one to restore into."""

import pytest
from django.db import connection
from django.utils import timezone

from tests import factories, servers
from tests.ops.backups import as_owner, own_addresses, run


@pytest.fixture
def empty_database(transactional_db):
    """Addresses of a database without tables, as variables; gone after the test."""
    name = f"{connection.settings_dict['NAME']}_restored"
    as_owner(f'DROP DATABASE IF EXISTS "{name}"')
    as_owner(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield servers.addresses(name)
    as_owner(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def saved(tmp_path, transactional_db):
    """A backup of a small library with one media file."""
    factories.DeliveryFactory(reader__name="林晚晴", state="sent", sent_at=timezone.now())
    factories.VoiceFactory(text="太吵了 🙂")
    media = tmp_path / "media"
    media.mkdir()
    (media / "poster.txt").write_text("芒种")
    done = run("save", tmp_path / "x.tar", **own_addresses(), MEDIA_ROOT=str(media))
    assert done.returncode == 0, done.stderr
    return tmp_path / "x.tar"
