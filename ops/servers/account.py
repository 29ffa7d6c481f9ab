"""Whose account the servers run under, and which folders that account may use.

PostgreSQL refuses to run as root. Root therefore starts it inside a user namespace where root is
somebody else; where the system refuses that, the servers run as nobody, with their files in /tmp.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ops.servers.processes import LocalError, run

SOCKET_LIMIT = 107  # bytes of sun_path on Linux, less the closing zero
#: The longest name a server puts into the folder of its sockets.
LONGEST_SOCKET = ".s.PGSQL.5432.lock"
#: What PostgreSQL's own list of socket folders takes without quoting.
PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)
#: The first ordinary user of most systems, and the user that owns nothing.
FIRST_USER, NOBODY = 1000, 65534


@dataclass(frozen=True)
class Account:
    """How a child is started so that it is not root: a command prefix, or another uid."""

    prefix: tuple = ()
    uid: int | None = None

    def options(self) -> dict:
        """What subprocess is given besides the command.

        Keyword arguments; empty where no other uid is taken.
        """
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.uid, "extra_groups": []}


def has_name(uid: int) -> bool:
    """initdb looks its user up, and gives up on a number without a line in /etc/passwd (some
    containers).
    """
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def named_user() -> int:
    """The uid of some user who has a name and is not root; 0 when there is none.

    ``FIRST_USER`` where it has a name, else ``NOBODY``, else the first of the system's list.
    """
    for uid in (FIRST_USER, NOBODY):
        if has_name(uid):
            return uid
    for entry in pwd.getpwall():
        if entry.pw_uid:
            return entry.pw_uid
    return 0


def namespace_command() -> list[str]:
    """Run as a user that has a name and is not root, inside a namespace where that user is really
    us.
    """
    uid = named_user()
    return ["unshare", "--user", f"--map-user={uid}", f"--map-group={uid}"]


@cache
def account() -> Account:
    """Ordinary users start servers as themselves.

    Root takes a user namespace, else becomes nobody.
    """
    us = os.geteuid()
    if us != 0 and has_name(us):
        return Account()
    with contextlib.suppress(OSError, LocalError):
        run([*namespace_command(), "true"])
        return Account(prefix=tuple(namespace_command()))
    if us != 0:
        raise LocalError(
            f"user {us} has no line in /etc/passwd, so PostgreSQL will not start: set DATABASE_URL"
        )
    return Account(uid=NOBODY)


def run_as_account(command: list, **options) -> None:
    """Run a server's program as the account, in a folder that every account may enter.

    LocalError where it fails, with the last line that it said; two minutes at most unless
    ``timeout`` is given.
    """
    run([*account().prefix, *command], cwd="/", **account().options(), **options)


# --- folders --------------------------------------------------------------------------------------
def short_name(folder: Path) -> str:
    """Ten hexadecimal digits that tell one folder from another in a socket's short path.

    Of the path as it is written: a link and what it leads to differ.
    """
    return hashlib.sha256(str(folder).encode()).hexdigest()[:10]


def private_folder(folder: Path) -> Path:
    """Make ``folder`` 0700 and ours; refuse one that somebody else put there first.

    LocalError for a link as well. Folders above it are made with the usual mode.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    us = os.geteuid()
    owner = us
    if account().uid is not None:
        owner = account().uid

    made_by_us = folder.stat().st_uid == us
    if owner != us and made_by_us:
        os.chown(folder, owner, owner)
    # Below /tmp anybody may have made the folder first, or a link to one of theirs.
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise LocalError(f"{folder} belongs to somebody else; remove it or set LOCAL_DIR")
    folder.chmod(0o700)
    return folder


def data_folder(root: Path, name: str) -> Path:
    """Where a server keeps its files.

    As nobody that cannot be below root's own folders, so it goes to /tmp.
    """
    if account().uid is None:
        root.mkdir(parents=True, exist_ok=True)
        return root / name
    return private_folder(Path(tempfile.gettempdir()) / f"huixiang-{short_name(root)}") / name


def socket_folder(root: Path) -> Path:
    """A 0700 folder for sockets.

    ``root/run``, or a short one in /tmp where that path is too long or odd.

    "Too long" is more than ``SOCKET_LIMIT`` bytes with the longest name of a socket in it.
    """
    folder = root / "run"
    fits = len(os.fsencode(folder / LONGEST_SOCKET)) <= SOCKET_LIMIT
    is_ours = account().uid is None
    if fits and is_ours and PLAIN_PATH.fullmatch(str(folder)):
        return private_folder(folder)
    return private_folder(Path(tempfile.gettempdir()) / f"hx-{os.geteuid()}-{short_name(root)}")


# --- programs -------------------------------------------------------------------------------------
def package_folder(name: str) -> Path:
    """Folder of an installed wheel, found without importing it.

    LocalError where the wheel is not installed, with what to do about it.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LocalError(
            f"{name} is not installed: run `make venv`,"
            " or set DATABASE_URL and REDIS_URL to your servers"
        )
    return Path(spec.submodule_search_locations[0])


def is_open_to_all(folder: Path) -> bool:
    """True when every folder above may be entered by everybody.

    Its own mode does not matter here.
    """
    return all(parent.stat().st_mode & 0o001 for parent in folder.parents)


def reachable(folder: Path, root: Path) -> Path:
    """``folder``, or a copy that nobody can read when it lies below a folder only root may
    enter.

    The copy is made once, in the servers' own folder, and not renewed.
    """
    if account().uid is None or is_open_to_all(folder):
        return folder
    copy = data_folder(root, "programs") / folder.name
    if not copy.exists():
        shutil.copytree(folder, copy, symlinks=True)
    return copy
