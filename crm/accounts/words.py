"""Sessions and tokens as their pages show them."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.contrib.auth import HASH_SESSION_KEY
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.accounts.devices import in_words
from crm.accounts.models import BrowserSession
from crm.accounts.store import content_of
from crm.staff.models import User


@dataclass(frozen=True)
class SessionLine:
    """One open session: the device in words, and whether the person looks from there."""

    session: BrowserSession
    device: str
    is_this_one: bool

    @property
    def when(self) -> str:
        """When it was last used and when it began, in the current language."""
        return _("Last seen %(seen)s · signed in %(began)s") % {
            "seen": _moment(self.session.last_seen_at),
            "began": _moment(self.session.started_at),
        }


def _moment(at: datetime) -> str:
    """Day and time of day by the library's clock."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def session_lines(user: User, this_digest: str) -> list[SessionLine]:
    """The sessions that still open something, the one asked from first, then the last seen.

    One statement. ``this_digest`` is that of the session asked from.
    """
    lines = []
    for session in user.browser_sessions.open_now().order_by("-last_seen_at"):
        if still_opens(session, user):
            is_this_one = session.session_key == this_digest
            lines.append(SessionLine(session, in_words(session), is_this_one))
    return sorted(lines, key=attrgetter("is_this_one"), reverse=True)


def still_opens(session: BrowserSession, user: User) -> bool:
    """False for a session from before another password or other rights, which is worth nothing."""
    signed_under = content_of(session).get(HASH_SESSION_KEY)
    return signed_under == user.get_session_auth_hash()
