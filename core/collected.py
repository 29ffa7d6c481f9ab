"""Whether static files were collected, and for the version that runs."""

import posixpath
from collections.abc import Iterator

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage


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
    """True where a file has come since they were collected: pages that name it would fail.

    Names are compared, contents are not. False where nothing was collected.
    """
    if are_sources():
        return False
    return not known().keys() >= set(sources())
