"""What was changed in the library's settings: before and after, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from crm.library.colours import COLOURS
from crm.library.models import DECIDED, LibrarySettings
from crm.staff.models import User

#: What the row was at some time, and what it is now.
FormerState = LibrarySettings.pgh_event_model
#: Changes that the page shows.
MOST = 50
#: How the values of some settings are said; others as they stand.
SAID = {"colour": lambda code: str(COLOURS[code].name) if code in COLOURS else code}


@dataclass(frozen=True)
class SettingChange:
    """One setting that was changed once; ``by`` is empty where nobody was signed in."""

    at: datetime
    by: str
    setting: str
    before: str
    after: str


def newest_changes() -> list[SettingChange]:
    """The newest changes, at most ``MOST``; what was there at first is a change as well.

    One state may hold several, one for each setting. Two statements.
    """
    states = FormerState.objects.select_related("pgh_context").order_by("-pgh_id")
    newest_first = list(states[: MOST + 1])
    names = _names_of(newest_first)
    found: list[SettingChange] = []
    # Before the first state there was nothing.
    for after, before in pairwise([*newest_first, None]):
        by = names.get(_user_of(after), "")
        found += _differences(before, after, by)
    return found[:MOST]


def _differences(before, after, by: str) -> Iterator[SettingChange]:
    """What differs between two states of the row; ``before`` is None for the first one."""
    for name in DECIDED:
        was, now = _say(name, getattr(before, name, "")), _say(name, getattr(after, name))
        if was != now:
            title = str(LibrarySettings._meta.get_field(name).verbose_name)
            yield SettingChange(after.pgh_created_at, by, title, was, now)


def _say(name: str, value: Any) -> str:
    """A value in words; a logo's file name says nothing, so that it was another one does."""
    if value in (None, ""):
        return ""
    if name == "logo":
        return _("picture %(name)s") % {"name": value[:8]}
    return SAID.get(name, str)(value)


def _user_of(state) -> int | None:
    """The id of whoever made the change; None where nobody was signed in."""
    if state.pgh_context is None:
        return None
    return state.pgh_context.metadata.get("user")


def _names_of(states: list) -> dict[int, str]:
    """{id: name as staff are shown} of all who made these changes."""
    wanted = set(map(_user_of, states)) - {None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}
