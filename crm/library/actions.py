"""Verbs on what the library says of itself and decides by itself."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.pictures import DrawnPicture
from core.refusals import Refused
from crm.library import chosen, logo, naming
from crm.library.colours import COLOURS
from crm.library.keeping import keep
from crm.library.models import LibrarySettings
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def set_names(*, zh: str, en: str, by: User) -> LibrarySettings:
    """Call the library so on every page and in every letter; an empty name is the settings'.

    Where one alone is empty, its readers see the other one. Texts are taken as they come: the form
    has tidied them.
    """
    library = _write(by, naming.shown.forget, name_zh=zh, name_en=en)
    audit.record(action=AuditAction.LIBRARY_NAME, by=by, on=library, zh=zh, en=en)
    return library


@transaction.atomic
def set_logo(*, picture: DrawnPicture, alt: str, by: User) -> LibrarySettings:
    """Show ``picture`` in the head of every page and letter; ``alt`` says what is to be seen.

    Writes the file as well. The former one stays, since letters that have gone show it. The
    database refuses a logo without words.
    """
    library = _write(
        by,
        logo.shown.forget,
        logo=keep(picture),
        logo_alt=alt,
        logo_width=picture.width,
        logo_height=picture.height,
    )
    audit.record(action=AuditAction.LOGO_SET, by=by, on=library)
    return library


@transaction.atomic
def remove_logo(*, by: User) -> None:
    """Show the portal's own sign again. Refuses nothing, and the trail has it each time.

    The file stays: letters that have gone show it.
    """
    library = _write(by, logo.shown.forget, logo="", logo_alt="")
    audit.record(action=AuditAction.LOGO_REMOVE, by=by, on=library)


@transaction.atomic
def set_colour(*, colour: str, by: User) -> LibrarySettings:
    """Show pages in one of the colours there are, by its code. Refused for any other."""
    if colour not in COLOURS:
        raise Refused(_("There is no such colour."))
    library = _write(by, chosen.shown.forget, colour=colour)
    audit.record(action=AuditAction.LIBRARY_COLOUR, by=by, on=library, colour=colour)
    return library


@transaction.atomic
def set_senders(
    *,
    notices: str,
    promotion: str,
    reply: str,
    by: User,
    back: str = "",
    language: str = "",
) -> LibrarySettings:
    """Write mails from these addresses from now on, in ``language`` (a code) to who has chosen
    none; what is empty is as the environment says. ``back``: where they come back to.

    Mails of a content that is being sent have the sender they began with.
    """
    library = _write(
        by,
        chosen.shown.forget,
        notices_from=notices,
        promotion_from=promotion,
        reply_to=reply,
        return_to=back,
        letters_language=language,
    )
    said = {"notices": notices, "promotion": promotion, "reply": reply}
    said |= {"back": back, "language": language}
    audit.record(action=AuditAction.LIBRARY_SENDERS, by=by, on=library, **said)
    return library


@transaction.atomic
def set_hour_rate(*, rate: Decimal | None, by: User) -> LibrarySettings:
    """Count an hour of staff time with ``rate`` CNY; None: as the environment says.

    An evaluation that was computed keeps the rate it froze.
    """
    library = _write(by, chosen.shown.forget, hour_rate=rate)
    audit.record(action=AuditAction.LIBRARY_RATE, by=by, on=library, rate=str(rate or ""))
    return library


@transaction.atomic
def put_steps_away(*, away: bool, by: User) -> None:
    """Show the first steps on the desk's first page no more, or again.

    It holds for everybody who would see them.
    """
    library = _write(by, chosen.shown.forget, steps_put_away=away)
    audit.record(action=AuditAction.LIBRARY_STEPS, by=by, on=library, away=away)


def _write(by: User, forget: Callable[[], None], **values: Any) -> LibrarySettings:
    """Put values into the only row, which is made where there is none; all others stay.

    This process knows of them after the commit, others within a minute.
    """
    library, _created = LibrarySettings.objects.update_or_create(
        pk=1, defaults={**values, "changed_by": by}
    )
    # Forgotten before the commit, the old values could be remembered for another minute.
    transaction.on_commit(forget)
    return library
