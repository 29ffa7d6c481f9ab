"""Static files as visitors receive them: joined, named after their content, compressed, kept.

``manage.py collectstatic`` makes them. Where it has not run, in tests and while one develops, pages
name the sources and WhiteNoise serves those.
"""

from collections.abc import Callable, Iterator
from functools import partial
from wsgiref.headers import Headers

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config import scripts, sheets
from core import collected
from core.headers import POLICY

#: {name below the root of static files: the storage it comes from, and its name there}
Paths = dict[str, tuple[Storage, str]]


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serves static files; those named after their content are kept by browsers and never asked for
    again.

    Their heads are short: with six files of a few hundred bytes heads are half of what is sent.
    """

    #: Seconds: a year, the longest that caches are asked to keep anything (RFC 2616, 14.21).
    FOREVER = 365 * 24 * 3600

    def add_cache_headers(self, headers: Headers, path: str, url: str) -> None:
        """How long the file is kept, and the policy of what carries no page."""
        super().add_cache_headers(headers, path, url)
        headers["Content-Security-Policy"] = POLICY


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
        """As Django's, with joined files in the place of those that were collected."""
        yield from super().post_process(as_received(paths), dry_run, **options)

    def save_manifest(self) -> None:
        """As Django's, and beside it what the sources were, for ``core.collected.are_old``."""
        super().save_manifest()
        self.manifest_storage.delete(collected.FINGERPRINT)
        kept = ContentFile(collected.fingerprint().encode())
        self.manifest_storage.save(collected.FINGERPRINT, kept)


def as_received(paths: Paths) -> Paths:
    """The same files; our sheets and scripts come from memory, joined and lean.

    SheetError or ScriptError where one cannot be joined.
    """
    found = dict(paths)
    memory = InMemoryStorage()
    for name in paths:
        text = text_as_received(name, partial(text_of, paths))
        if text is not None:
            memory.save(name, ContentFile(text.encode()))
            found[name] = (memory, name)
    return found


def text_as_received(name: str, read: Callable[[str], str]) -> str | None:
    """The text of one of our sheets and scripts; None for any other file, which stays as it is."""
    if name.startswith("css/") and name.endswith(".css"):
        return sheets.lean(sheets.joined(name, read))
    if name.startswith("js/") and name.endswith(".js"):
        return scripts.lean(scripts.joined(name, read))
    return None


def text_of(paths: Paths, name: str) -> str:
    """The text of one of the files; FileNotFoundError where there is none of this name."""
    if name not in paths:
        raise FileNotFoundError(name)
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
