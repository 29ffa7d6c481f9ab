"""Files of uploads that no row names.

A file is removed once it is certain that its row has let it go, and written before its row is. A
process that is killed in between leaves the file behind, which may name titles and readers.
"""

import math
import time
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import FileField

#: Below the folder of media.
FOLDER = "imports"
#: Seconds. No request and no transaction that writes a row about a file takes as long.
LEAST_AGE = 3600


def drop_stray_files() -> int:
    """Remove files of uploads that no row has named for an hour; returns how many.

    Safe to run twice, and beside uploads.
    """
    # Files first: one whose row comes after this look is too young.
    found = old_files()
    stray = found.keys() - named_files()
    for name in stray:
        found[name].unlink(missing_ok=True)
    return len(stray)


def old_files() -> dict[str, Path]:
    """Paths by the names under which rows know them, of files whose names are an hour old."""
    root = Path(settings.MEDIA_ROOT)
    before = time.time() - LEAST_AGE
    found = {}
    for path in (root / FOLDER).rglob("*.*"):
        if named_at(path) < before:
            found[path.relative_to(root).as_posix()] = path
    return found


def named_at(path: Path) -> float:
    """When the file got its name, in seconds: a second name has the time of writing of the first.
    Infinite for one that was removed meanwhile.
    """
    try:
        return path.stat().st_ctime
    except FileNotFoundError:
        return math.inf


def named_files() -> set[str]:
    """Names of all files that a row of any room names. One statement for each column of files."""
    names: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                rows = model.objects.exclude(**{field.name: ""})
                names.update(rows.values_list(field.name, flat=True))
    return names
