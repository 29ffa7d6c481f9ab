"""Backups of the test database, and empty databases to restore them into."""

import os
import subprocess
import sys
from contextlib import closing

import psycopg2
from django.db import connection

from ops import local
from tests import servers


def run(verb: str, file, *more: str, **environment):
    command = [sys.executable, "-m", "ops.backup", verb, str(file), *more]
    return subprocess.run(
        command,
        cwd=local.BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rows(url: str) -> dict[str, list]:
    """Every row of every table, as text."""
    found = {}
    with psycopg2.connect(url) as other, other.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = [row[0] for row in cursor.fetchall()]
    other.close()
    return found


def as_owner(statement: str) -> None:
    with closing(psycopg2.connect(servers.owner_url())) as other:
        other.autocommit = True
        with other.cursor() as cursor:
            cursor.execute(statement)


def own_addresses() -> dict[str, str]:
    """Those of the database this test runs in."""
    return servers.addresses(connection.settings_dict["NAME"])
