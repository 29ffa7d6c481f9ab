"""A database made by version 0.1 migrates and keeps its rows.

``tests/data/huixiang-0.1.sql.gz`` is a plain dump of a small database filled by 0.1's own verbs:
one row of each thing, a campaign with goals, needs and two changes of its budget, and an evaluation
with findings and decisions.
"""

import gzip
import os
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from urllib.parse import urlsplit

import psycopg2
import pytest

from ops import backup, local
from tests import servers

DUMP = local.BASE_DIR / "tests" / "data" / "huixiang-0.1.sql.gz"
#: Django's own registers grow with every migration.
REGISTERS = {"django_migrations", "django_content_type", "auth_permission"}
NAME = "huixiang_upgrade"
RECOMPUTE = """
from analytics.loop.evaluate import recompute
from analytics.loop.models import Evaluation
for evaluation in Evaluation.objects.order_by("pk"):
    assert recompute(evaluation) == evaluation.results, evaluation.pk
    print("same", evaluation.pk)
"""


def counts(url: str) -> dict[str, int]:
    """Rows of every table of the public schema."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def rows(url: str, query: str) -> list[tuple]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def manage(url: str, *arguments: str, text: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=local.BASE_DIR,
        env=servers.environment(**servers.addresses(urlsplit(url).path.strip("/"))),
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def old_database(db):
    """Address of a database as version 0.1 left it, for its owner; gone after the test."""
    address = servers.owner_url()
    name = f"{NAME}_{os.getpid()}"  # two runs on one server must not drop each other's
    url = address.replace(urlsplit(address).path, f"/{name}", 1)
    execute(address, f'DROP DATABASE IF EXISTS "{name}"')
    execute(address, f'CREATE DATABASE "{name}"')
    subprocess.run(
        [backup.program("psql"), "-q", "-v", "ON_ERROR_STOP=1", url],
        input=gzip.decompress(DUMP.read_bytes()),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    yield url
    execute(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_database_of_0_1_migrates_and_keeps_its_rows(old_database):
    before = counts(old_database)
    assert before["analytics_evaluation"] > 0
    assert before["crm_reader"] > 1000

    manage(old_database, "migrate", "-v", "0")

    after = counts(old_database)
    kept = {table: after.get(table) for table in before if table not in REGISTERS}
    assert kept == {table: n for table, n in before.items() if table not in REGISTERS}

    # 0.1 kept changes of budget in its audit log alone; now they are rows of their own as well.
    logged = rows(
        old_database, "SELECT at FROM crm_auditevent WHERE action = 'campaign.budget' ORDER BY at"
    )
    changes = rows(
        old_database,
        "SELECT at, campaign_id, before, after, reason, by_id FROM campaigns_budgetchange"
        " ORDER BY at",
    )
    assert [(at,) for at, *_values in changes] == logged
    assert [tuple(values) for _at, *values in changes] == [
        (2, Decimal(3000), Decimal(4000), "印刷涨价", 3),
        (2, Decimal(4000), Decimal(4500), "加一场", 3),
    ]


def test_evaluations_of_0_1_recompute_to_their_stored_figures(old_database):
    manage(old_database, "migrate", "-v", "0")

    said = manage(old_database, "shell", "-v", "0", text=RECOMPUTE)

    assert said.count("same") == counts(old_database)["analytics_evaluation"]
