"""Static files as visitors receive them: joined, named after their content, compressed, kept.

``manage.py collectstatic`` makes them. Where it has not run, in tests and while one develops, pages
name the sources and WhiteNoise serves those.
"""

from collections.abc import Iterator
from functools import partial

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.sheets import joined

#: {name below the root of static files: the storage it comes from, and its name there}
Paths = dict[str, tuple[Storage, str]]


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serves static files; those named after their content are kept by browsers and never asked for
    again.
    """

    #: Seconds: a year, the longest that caches are asked to keep anything (RFC 2616, 14.21).
    FOREVER = 365 * 24 * 3600


class CollectedStorage(CompressedManifestStaticFilesStorage):
    """Names every file after its content and lays br and gzip beside it.

    Sheets are joined with those they import (``config.sheets``) before they are named.
    """

    #: Files without a name of their own would only be compressed a second time.
    keep_only_hashed_files = True
    #: Whoever builds the image collects, and another user serves.
    file_permissions_mode = 0o644

    def url(self, name: str, force: bool = False) -> str:
        """The address of a collected file; the source's where nothing was collected.

        ValueError for a file that was not there when the others were collected.
        """
        if not self.hashed_files:
            return StaticFilesStorage.url(self, name)
        return super().url(name, force)

    def post_process(self, paths: Paths, dry_run: bool = False, **options) -> Iterator[tuple]:
        """As Django's, with joined sheets in the place of those that were collected."""
        yield from super().post_process(with_joined_sheets(paths), dry_run, **options)


def with_joined_sheets(paths: Paths) -> Paths:
    """The same files; every sheet comes from memory and holds what it imports.

    SheetError where a sheet cannot be joined.
    """
    found = dict(paths)
    sheets = InMemoryStorage()
    for name in paths:
        if name.endswith(".css"):
            text = joined(name, partial(text_of, paths))
            sheets.save(name, ContentFile(text.encode()))
            found[name] = (sheets, name)
    return found


def text_of(paths: Paths, name: str) -> str:
    """The text of one of the files; FileNotFoundError where there is none of this name."""
    if name not in paths:
        raise FileNotFoundError(name)
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
