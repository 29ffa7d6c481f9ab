"""The logo as every page shows it: asked for once a minute per process, not once a page."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse

from crm.library.models import LibrarySettings

TTL = 60


@dataclass(frozen=True)
class Logo:
    """``path`` on this site, ``alt`` its words, sides in pixels."""

    path: str
    alt: str
    width: int
    height: int

    @property
    def url(self) -> str:
        """With the host, for mails."""
        return settings.BASE_URL + self.path


class ShownLogo:
    """What this process knows of the logo."""

    def __init__(self):
        self.until = 0.0
        self.known: Logo | None = None

    def get(self) -> Logo | None:
        """The logo, None where the library has none.

        A database that is away leaves the last one.
        """
        if self.until < time.monotonic():
            try:
                with transaction.atomic():
                    self.remember(stored_logo())
            except DatabaseError:
                return self.known
        return self.known

    def remember(self, logo: Logo | None) -> None:
        """Know this for a minute."""
        self.known, self.until = logo, time.monotonic() + TTL

    def forget(self) -> None:
        """Ask again next time."""
        self.until = 0.0


def stored_logo() -> Logo | None:
    """The logo as the database has it."""
    library = LibrarySettings.objects.filter(pk=1).exclude(logo="").first()
    if library is None:
        return None
    path = reverse("crm:picture", args=[library.logo])
    return Logo(path, library.logo_alt, library.logo_width, library.logo_height)


shown = ShownLogo()
