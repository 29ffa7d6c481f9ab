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
from urllib.parse import unquote, urlsplit

import environ

from ops.servers import LocalError, Postgres, Valkey

BASE_DIR = Path(__file__).resolve().parent.parent


def base_dir() -> Path:
    """Where data goes: LOCAL_DIR, or ``.local`` beside manage.py.

    An absolute path, links followed; it need not be there.
    """
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
    with only_one(root):
        return {
            "LOCAL_DIR": str(root),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(root),
            **database_addresses(root, fsync),
            "REDIS_URL": os.environ.get("REDIS_URL") or started(Valkey(root)),
        }


def database_addresses(root: Path, fsync: bool) -> dict[str, str]:
    """Those the environment names; else those of our own server, started: its two roles.

    {variable: address}. One role alone where only DATABASE_URL is named. ``fsync`` is for a server
    that this starts.
    """
    named = {}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        if os.environ.get(name):
            named[name] = os.environ[name]
    # An owner alone would be the owner of another database than the application's.
    if "DATABASE_URL" in named:
        return named
    server = Postgres(root, fsync)
    server.start()
    return server.addresses()


def owner_address() -> str:
    """Who may make databases and tables: the owner where one is named, else the one role.

    KeyError where neither variable is set.
    """
    return os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """The address for a command line, which everybody on the machine may read, and variables for
    the program's environment, which they may not.
    """
    parts = urlsplit(url)
    if parts.password is None:
        return url, dict(os.environ)
    user, _at, place = parts.netloc.rpartition("@")
    shown = parts._replace(netloc=f"{user.partition(':')[0]}@{place}")
    return shown.geturl(), os.environ | {"PGPASSWORD": unquote(parts.password)}


def started(server: Valkey) -> str:
    """Start the server and return its address."""
    server.start()
    return server.url()


def stop() -> None:
    """Stop both servers, cache and broker first; a server that does not run is no error."""
    root = base_dir()
    with only_one(root):
        Valkey(root).stop()
        Postgres(root).stop()


def status() -> int:
    """Print one line per server; 0 when everything that would be started here is up, else 1."""
    down = 0
    for server in (Postgres(base_dir()), Valkey(base_dir())):
        name = type(server).__name__
        if server.is_up():
            print(f"{name}: up, pid {server.pid()}, {server.socket}")
        else:
            print(f"{name}: down")
            down = 1
    return down


def ensure_as_told() -> dict[str, str]:
    """LOCAL_FSYNC=off starts a database that nobody will miss after a power cut.

    {variable: value} of all that the program needs, with the servers running.
    """
    return ensure(fsync=os.environ.get("LOCAL_FSYNC", "on") != "off")


def print_environment() -> None:
    """Prints the variables as ``export`` lines for a shell.

    Values are quoted for a shell. Starts the servers, as ``ensure`` does.
    """
    for name, value in ensure_as_told().items():
        print(f"export {name}={shlex.quote(value)}")


def run(command: list[str]) -> None:
    """Become ``command``, with the servers named in its environment.

    A program of ours (``manage.py migrate``) is run by this Python. LocalError where there is no
    such command.
    """
    if command[0].endswith(".py"):
        command = [sys.executable, *command]
    os.environ.update(ensure_as_told())
    try:
        os.execvp(command[0], command)
    except FileNotFoundError as error:
        raise LocalError(f"there is no command {command[0]}") from error


VERBS = {"start": ensure_as_told, "stop": stop, "env": print_environment}


def main(arguments: list[str]) -> int:
    """Do what the first argument says and return the exit code. LocalError for an unknown verb.

    ``run`` replaces this process, so that nothing is returned then.
    """
    verb, *rest = arguments or [""]
    # run does not come back: this process becomes the command.
    if verb == "run" and rest:
        run(rest)
    if verb == "status":
        return status()
    if verb not in VERBS:
        raise LocalError("usage: python -m ops.local start | stop | status | env | run COMMAND…")
    VERBS[verb]()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (LocalError, OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"huixiang: {error}")
