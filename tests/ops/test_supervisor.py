"""The launcher and the supervisor, with real servers in a folder of the test's own."""

import gzip
import os
import re
import signal
import smtplib
import socket
import stat
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
import redis

from demo import seed
from ops import local, preparing, supervisor
from ops import servers as private
from tests import servers

OURS = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "BASE_URL",
    "STATIC_ROOT",
}
#: The style sheet of a page, where files were collected.
COLLECTED = re.compile(r"/static/css/\w+\.[0-9a-f]{12}\.css")


@pytest.fixture
def bare(tmp_path):
    """An environment without any server named, and a folder of its own.

    Its servers are stopped afterwards.
    """
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"LOCAL_DIR": str(tmp_path / "local"), "LOCAL_FSYNC": "off"}
    yield environment
    launch("stop", environment)


def launch(verb: str, environment: dict, *more: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ops.local", verb, *more]
    return subprocess.run(
        command,
        cwd=local.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def variables(text: str) -> dict[str, str]:
    lines = [line.removeprefix("export ").partition("=") for line in text.splitlines()]
    return {name: value.strip("'") for name, _sep, value in lines}


def test_start_gives_postgresql_18_and_valkey_9_behind_unix_sockets_only(bare):
    found = variables(launch("env", bare).stdout)

    with psycopg2.connect(found["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000,"
            " current_setting('listen_addresses')"
        )
        assert cursor.fetchone() == (18, "")
    connection.close()
    valkey = redis.from_url(found["REDIS_URL"])
    assert valkey.info("server")["valkey_version"].startswith("9.")
    assert valkey.config_get("port") == {"port": "0"}
    folder = os.stat(private.Postgres(Path(bare["LOCAL_DIR"])).run_dir)
    assert stat.S_IMODE(folder.st_mode) == 0o700


def test_two_starts_at_once_make_one_cluster(bare):
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _n: launch("env", bare), range(2)))

    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    assert done[0].stdout == done[1].stdout


def test_pid_file_left_by_a_killed_server_is_no_obstacle(bare):
    launch("start", bare)
    root = Path(bare["LOCAL_DIR"])
    os.kill(private.Valkey(root).pid(), signal.SIGKILL)
    launch("stop", bare)
    # Another program has the number by now, as after a reboot.
    (private.Postgres(root).data / "postmaster.pid").write_text(f"{os.getpid()}\n")

    assert launch("start", bare).returncode == 0
    assert launch("status", bare).returncode == 0


def test_named_servers_are_used_and_none_is_started(bare):
    environment = bare | {"DATABASE_URL": "postgresql://db/x", "REDIS_URL": "redis://cache/0"}

    found = variables(launch("env", environment).stdout)

    assert found["DATABASE_URL"] == "postgresql://db/x"
    assert found["REDIS_URL"] == "redis://cache/0"
    assert launch("status", bare).returncode == 1


def test_long_path_gets_its_sockets_a_short_folder(tmp_path):
    folder = private.socket_folder(tmp_path / ("x" * 120))

    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= private.SOCKET_LIMIT
    folder.rmdir()


def test_wrong_verb_is_one_line(bare):
    done = launch("fly", bare)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("huixiang: usage")


def test_old_python_is_told_in_one_line():
    code = "import sys; sys.version_info = (3, 9, 2); exec(open('ops/bootstrap.py').read())"
    done = subprocess.run(
        [sys.executable, "-c", f"__file__ = 'ops/bootstrap.py'; {code}"],
        cwd=local.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "huixiang: Python 3.11 or newer is needed, this is 3.9.2."
        " Name another one: make PYTHON=python3.11 …"
    ]


def test_taken_port_is_told_in_one_line(bare):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "ops.supervisor"],
            cwd=local.BASE_DIR,
            env=bare | {"PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"huixiang: port {port} is taken")
    assert len(done.stderr.splitlines()) == 1


def opened(url: str):
    """The answer to a browser that takes br and gzip."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip, br"})
    return urllib.request.urlopen(asked, timeout=60)


def assert_is_compressed(url: str) -> None:
    """What is started serves pages and files as an installation does."""
    page = opened(url)
    assert page.headers["Content-Encoding"] == "gzip"
    sheet = opened(url + COLLECTED.search(gzip.decompress(page.read()).decode())[0])
    assert sheet.headers["Content-Encoding"] == "br"
    assert sheet.headers["Cache-Control"] == "max-age=31536000, public, immutable"


def test_everything_starts_restarts_what_is_killed_and_stops_on_sigterm(bare, tmp_path):
    out = tmp_path / "out"
    port = servers.free_port()
    environment = bare | {"PORT": str(port), "DEMO": "off", "PYTHONUNBUFFERED": "1"}
    with out.open("wb") as file:
        running = subprocess.Popen(
            [sys.executable, "-m", "ops.supervisor"],
            cwd=local.BASE_DIR,
            env=environment,
            stdout=file,
            stderr=file,
        )
    try:
        # From initdb through all migrations to the first page: minutes where both cores are busy.
        servers.wait_for(lambda: f"Ready: http://127.0.0.1:{port}" in out.read_text(), 600)
        assert_is_compressed(f"http://127.0.0.1:{port}")
        children = servers.children(running.pid)
        os.kill(children[0], signal.SIGKILL)
        servers.wait_for(
            lambda: "again in 1 s" in out.read_text() and len(servers.children(running.pid)) == 4
        )
    finally:
        running.terminate()
        running.wait(120)

    assert running.returncode == 0, out.read_text()
    assert out.read_text().rstrip().endswith("Stopped.")
    assert not any(private.is_running(pid) for pid in children)
    assert launch("status", bare).stdout == "Postgres: down\nValkey: down\n"
    # The forks of the web server that was killed end by themselves, when they miss their parent.
    servers.wait_for(lambda: not servers.listens(port))


def test_crashed_child_is_started_again_after_a_growing_pause(tmp_path, capsys):
    child = supervisor.Child("x", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path)
    child.start()
    child.process.wait()

    for _round in range(6):
        child.watch()
        child.due = 0
        child.watch()
        child.process.wait()

    pauses = re.findall(r"again in (\d+) s", capsys.readouterr().out)
    assert pauses == ["1", "2", "4", "8", "16", "30"]


def test_stop_ends_a_child_that_will_not_listen(tmp_path):
    deaf = (
        "import signal, time; signal.signal(15, signal.SIG_IGN);"
        " print('deaf', flush=True); time.sleep(60)"
    )
    child = supervisor.Child("x", [sys.executable, "-c", deaf], tmp_path, patience=0.1)
    child.start()
    servers.wait_for(lambda: child.log.read_text())

    child.stop()

    assert child.process.returncode == -signal.SIGKILL


@pytest.mark.django_db
def test_mail_catcher_keeps_what_it_was_sent(tmp_path):
    with servers.mail_catcher(tmp_path / "mailbox") as catcher:
        with smtplib.SMTP("127.0.0.1", int(catcher.url.rpartition(":")[2])) as client:
            client.sendmail("a@example.org", ["b@example.org"], "Subject: x\r\n\r\n.dot")
        (kept,) = (tmp_path / "mailbox" / "new").iterdir()

    assert kept.read_bytes() == b"Subject: x\r\n\r\n.dot\r\n"


@pytest.mark.parametrize(("demo", "named"), [("on", True), ("off", False)])
def test_greeting_names_the_accounts_of_a_demonstration_only(
    monkeypatch, capsys, tmp_path, demo, named
):
    monkeypatch.setenv("DEMO", demo)
    names = [name for name, _role in supervisor.SIGN_INS]

    passwords = preparing.give_passwords(tmp_path, "127.0.0.1", names)
    supervisor.greet("http://127.0.0.1:8000", passwords)

    said = capsys.readouterr().out
    assert "Ready: http://127.0.0.1:8000" in said
    assert [name for name in names if f"  {name:<10} {preparing.PASSWORD}" in said] == (
        names if named else []
    )


def test_accounts_are_named_wherever_somebody_looks_for_them():
    names = [name for name, *_role in seed.SIGN_INS]
    assert preparing.PASSWORD == seed.PASSWORD
    readme = (local.BASE_DIR / "README.md").read_text()
    assert [name for name, _role in supervisor.SIGN_INS] == names
    assert [name for name in names if f"| `{name}` | `{seed.PASSWORD}` |" not in readme] == []
