"""The logo as every page and letter shows it."""

from crm.library.keeping import KeptPicture
from crm.library.models import LibrarySettings
from crm.library.remembering import Remembered


def stored_logo() -> KeptPicture | None:
    """The logo as the database has it; None for the portal's own sign. One statement."""
    library = LibrarySettings.objects.filter(pk=1).exclude(logo="").first()
    if library is None:
        return None
    return KeptPicture(library.logo, library.logo_alt, library.logo_width, library.logo_height)


shown = Remembered(stored_logo)
