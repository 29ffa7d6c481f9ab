"""The embedded database lets in who may read its passwords, and nobody else on the machine."""

import os
import subprocess
import sys

import psycopg2
import pytest

from ops import local
from ops.servers import Postgres

SMALL = {"shared_buffers": "32MB"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Postgres(tmp_path_factory.mktemp("own"), False, SMALL)
    made.start()
    yield made
    made.stop()


def who(url: str) -> str:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]
    finally:
        connection.close()


@pytest.mark.parametrize("role", ["app", "portal", "postgres"])
@pytest.mark.parametrize("password", ["", ":guessed"])
def test_a_local_program_without_the_password_stays_outside(server, role, password):
    """Fault 57. Over the socket, as the owner of all tables."""
    with pytest.raises(psycopg2.OperationalError, match="password"):
        who(f"postgresql://{role}{password}@/huixiang?host={server.run_dir}")


def test_both_roles_come_in_with_theirs(server):
    assert who(server.url()) == "portal"
    assert who(server.owner_url()) == "app"
    assert server.secrets.stat().st_mode & 0o177 == 0
    assert server.passwords()["app"] != server.passwords()["portal"]


def test_a_cluster_that_let_everybody_in_is_closed_at_its_next_start(server):
    server.stop()
    server.entry.write_text("local all all trust\n")
    server.secrets.unlink()
    server.start()
    assert who(server.owner_url()) == "app"
    with pytest.raises(psycopg2.OperationalError, match="password"):
        who(f"postgresql://app@/huixiang?host={server.run_dir}")


def test_status_names_no_password():
    done = subprocess.run(
        [sys.executable, "-m", "ops.local", "status"],
        cwd=local.BASE_DIR,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    secrets = Postgres(local.base_dir()).passwords().values()
    assert "Postgres: up" in done.stdout
    assert not [secret for secret in secrets if secret in done.stdout + done.stderr]


def test_a_command_line_shows_no_password():
    url = "postgresql://app:s%40cret@/huixiang?host=%2Frun"
    shown, environment = local.without_password(url)
    assert shown == "postgresql://app@/huixiang?host=%2Frun"
    assert environment["PGPASSWORD"] == "s@cret"
    assert local.without_password(shown)[0] == shown


def test_command_that_is_none_is_named():
    done = subprocess.run(
        [sys.executable, "-m", "ops.local", "run", "no-such-command"],
        cwd=local.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.stderr.strip() == "huixiang: there is no command no-such-command"
