"""Verbs on what the library says of itself."""

from django.db import transaction

from core.pictures import DrawnPicture
from crm.library import logo, naming
from crm.library.keeping import keep
from crm.library.models import LibrarySettings
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def set_names(*, zh: str, en: str, by: User) -> LibrarySettings:
    """Call the library so on every page and in every letter; an empty name is the settings'."""
    library, _created = LibrarySettings.objects.update_or_create(
        pk=1, defaults={"name_zh": zh, "name_en": en, "changed_by": by}
    )
    audit.record(action=AuditAction.LIBRARY_NAME, by=by, on=library, zh=zh, en=en)
    transaction.on_commit(naming.shown.forget)
    return library


@transaction.atomic
def set_logo(*, picture: DrawnPicture, alt: str, by: User) -> LibrarySettings:
    """Show ``picture`` in the head of every page and letter; ``alt`` says what is to be seen."""
    library, _created = LibrarySettings.objects.update_or_create(
        pk=1,
        defaults={
            "logo": keep(picture),
            "logo_alt": alt,
            "logo_width": picture.width,
            "logo_height": picture.height,
            "changed_by": by,
        },
    )
    audit.record(action=AuditAction.LOGO_SET, by=by, on=library)
    transaction.on_commit(logo.shown.forget)
    return library


@transaction.atomic
def remove_logo(*, by: User) -> None:
    """Show the portal's own sign again. The file stays: letters that have gone show it."""
    library, _created = LibrarySettings.objects.update_or_create(
        pk=1, defaults={"logo": "", "logo_alt": "", "changed_by": by}
    )
    audit.record(action=AuditAction.LOGO_REMOVE, by=by, on=library)
    transaction.on_commit(logo.shown.forget)
