"""What the library is called, in the language of whoever reads it."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from crm.library.models import LibrarySettings
from crm.library.shown import Shown


@dataclass(frozen=True)
class Names:
    """The name in each language; empty where none was given."""

    zh: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The name in ``language``, or in the other one, or that of the settings."""
        first, second = self.zh, self.en
        if language.startswith("en"):
            first, second = self.en, self.zh
        return first or second or settings.LIBRARY_NAME


def stored_names() -> Names:
    """The names as the database has them."""
    library = LibrarySettings.objects.filter(pk=1).first()
    if library is None:
        return Names()
    return Names(library.name_zh, library.name_en)


shown = Shown(stored_names)


def library_name(language: str | None = None) -> str:
    """What the library is called in ``language``, or in the current one; may be empty."""
    names = shown.get() or Names()
    return names.in_language(language or translation.get_language() or "")
