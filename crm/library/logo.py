"""The logo as every page and letter shows it."""

from crm.library.keeping import KeptPicture
from crm.library.models import LibrarySettings
from crm.library.shown import Shown


def stored_logo() -> KeptPicture | None:
    """The logo as the database has it."""
    library = LibrarySettings.objects.filter(pk=1).exclude(logo="").first()
    if library is None:
        return None
    return KeptPicture(library.logo, library.logo_alt, library.logo_width, library.logo_height)


shown = Shown(stored_logo)
