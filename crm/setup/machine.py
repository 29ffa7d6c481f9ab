"""What the machine's settings say of mail and time, since no page may set it."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class MachineSetting:
    """One setting of the environment: its ``name`` there, what it says in words, and why it is set
    there and not on a page.
    """

    name: str
    title: str
    said: str
    why: str


def said_by_machine() -> list[MachineSetting]:
    """The settings that a librarian asks for and that stand on the machine, in words of the current
    language. Of a secret only whether there is one.
    """
    has_mailbox = bool(settings.RETURN_MAILBOX)
    return [
        MachineSetting(
            name="RETURN_MAILBOX",
            title=_("The mailbox that is read for mail that came back"),
            said=_("is set") if has_mailbox else _("is not set"),
            why=_(
                "It holds a password, which no page shows and no backup of the database carries."
                " Without it nothing is read by itself; the mail server can hand mail over instead."
            ),
        ),
        MachineSetting(
            name="TIME_ZONE",
            title=_("The library's clock"),
            said=settings.TIME_ZONE,
            why=_(
                "Days, months and quiet hours of all figures begin by it. Another one holds after a"
                " restart; figures that were computed before keep the days they were counted by."
            ),
        ),
    ]
