"""Real servers from wheels, for a machine that has only Python: PostgreSQL 18 and Valkey 9 behind
unix sockets.

``python -m ops.local start | stop | status | env | run CMD…``. Data lives under ``LOCAL_DIR``
(``.local/``). What ``DATABASE_URL`` or ``REDIS_URL`` already name (environment or ``.env``) is used
instead, and not started here.
"""

import contextlib
import fcntl
import os
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import environ

from ops.servers import LocalError, Postgres, Valkey

BASE_DIR = Path(__file__).resolve().parent.parent


def base_dir() -> Path:
    """Where data goes: LOCAL_DIR, or ``.local`` beside manage.py."""
    return Path(os.environ.get("LOCAL_DIR") or BASE_DIR / ".local").resolve()


@contextlib.contextmanager
def only_one(root: Path):
    """Two processes that both find nothing running must not both start it."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def secret_key(root: Path) -> str:
    """A signing key of this installation, made once and kept readable for its owner only."""
    path = root / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def ensure(*, fsync: bool = True) -> dict[str, str]:
    """Start what is needed and not named by the environment.

    Return the variables the program needs.
    """
    if (BASE_DIR / ".env").exists():
        environ.Env.read_env(BASE_DIR / ".env")
    root = base_dir()
    variables = {"LOCAL_DIR": str(root)}
    with only_one(root):
        variables["SECRET_KEY"] = os.environ.get("SECRET_KEY") or secret_key(root)
        for name, server in (
            ("DATABASE_URL", lambda: Postgres(root, fsync)),
            ("REDIS_URL", lambda: Valkey(root)),
        ):
            variables[name] = os.environ.get(name) or start_and_name(server())
    return variables


def start_and_name(server: Postgres | Valkey) -> str:
    server.start()
    return server.url()


def stop() -> None:
    root = base_dir()
    with only_one(root):
        Valkey(root).stop()
        Postgres(root).stop()


def status() -> bool:
    """Print one line per server; True when everything that would be started here is up."""
    up = True
    for server in (Postgres(base_dir()), Valkey(base_dir())):
        pid = server.pid() if server.is_up() else None
        print(f"{type(server).__name__}: {f'up, pid {pid}, {server.url()}' if pid else 'down'}")
        up = up and pid is not None
    return up


def main(arguments: list[str]) -> int:
    verb, *rest = arguments or [""]
    fsync = os.environ.get("LOCAL_FSYNC", "on") != "off"
    if verb == "start":
        ensure(fsync=fsync)
    elif verb == "stop":
        stop()
    elif verb == "status":
        return 0 if status() else 1
    elif verb == "env":
        print(
            "\n".join(
                f"export {name}={shlex.quote(value)}" for name, value in ensure(fsync=fsync).items()
            )
        )
    elif verb == "run" and rest:
        os.environ.update(ensure(fsync=fsync))
        os.execvp(rest[0], rest)
    else:
        raise LocalError("usage: python -m ops.local start | stop | status | env | run COMMAND…")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (LocalError, OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"huixiang: {error}")
