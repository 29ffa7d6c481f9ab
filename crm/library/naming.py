"""What the library is called, in the language of whoever reads it."""

from dataclasses import dataclass

from django.conf import settings

from core.localised import CHINESE, ENGLISH, localised
from crm.library.models import LibrarySettings
from crm.library.remembering import Remembered


@dataclass(frozen=True)
class LibraryNames:
    """The name in each language; empty where none was given."""

    zh: str = ""
    en: str = ""

    def in_language(self, language: str | None = None) -> str:
        """The name in ``language``, or in the other one, or LIBRARY_NAME, which may be empty.

        Without a language the current one is meant.
        """
        names = {CHINESE: self.zh, ENGLISH: self.en}
        return localised(names, language) or settings.LIBRARY_NAME


def stored_names() -> LibraryNames:
    """The names as the database has them, empty where the row was never written. One statement."""
    library = LibrarySettings.objects.filter(pk=1).first()
    if library is None:
        return LibraryNames()
    return LibraryNames(library.name_zh, library.name_en)


shown = Remembered(stored_names)


def library_name(language: str | None = None) -> str:
    """What the library is called in ``language``, or in the current one; may be empty.

    As this process knows it since at most a minute.
    """
    names = shown.get() or LibraryNames()
    return names.in_language(language)
