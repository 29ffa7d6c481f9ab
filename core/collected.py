"""Whether static files were collected, and for the version that runs."""

import hashlib
import posixpath
from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage

#: Beside the manifest: what the sources were when they were collected.
FINGERPRINT = "sources.sha256"
BASE_DIR = Path(__file__).resolve().parents[1]
#: What makes collected files of the sources, and what names the packages that bring theirs.
MAKERS = (
    "config/scripts.py",
    "config/sheets.py",
    "config/static_files.py",
    "requirements.txt",
)


def known() -> dict[str, str]:
    """{source: its name after its content} of what was collected; empty where nothing was.

    Read once per process.
    """
    return getattr(staticfiles_storage, "hashed_files", {})


def sources() -> Iterator[str]:
    """Names of all files that collectstatic would find, below the root of static files.

    A name that two folders have is given twice.
    """
    for finder in get_finders():
        for name, storage in finder.list(None):
            prefix = getattr(storage, "prefix", None) or ""
            yield posixpath.join(prefix, name)


def are_sources() -> bool:
    """True where nothing was collected: visitors load every file as it was written."""
    return not known()


def are_old() -> bool:
    """True where what was collected is not what the sources are now: pages would name files that
    are not there, or get those of another version.

    False where nothing was collected.
    """
    if are_sources():
        return False
    return not known().keys() >= set(sources()) or fingerprint_of_collected() != fingerprint()


def fingerprint_of_collected() -> str:
    """The ``fingerprint`` of when they were collected; empty where none was kept, as in 0.1."""
    if not staticfiles_storage.exists(FINGERPRINT):
        return ""
    with staticfiles_storage.open(FINGERPRINT) as kept:
        return kept.read().decode()


def fingerprint() -> str:
    """Changes with our static files, with how they are collected and with the packages that bring
    theirs.

    Reads a few megabytes, and needs no settings.
    """
    ours = sorted(path for path in (BASE_DIR / "static").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in [*(BASE_DIR / name for name in MAKERS), *ours]:
        # The name as well: a file that was renamed is another one for the pages.
        digest.update(f"{path.relative_to(BASE_DIR)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
