"""Where browser sessions are kept: Django's database store with a row that says whose they are.

The end of a session stands in its row, so that no cookie and no restart can move it. A row is found
by the digest of its key, which only the browser has.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction
from django.utils import timezone

from core.columns import values_of
from crm.accounts.models import BrowserSession
from crm.staff.models import User

#: A session is written down as seen at most this often.
SEEN_EVERY = timedelta(minutes=1)


class Origin(NamedTuple):
    """Where a request comes from, as it is stored."""

    browser: str = ""
    system: str = ""
    network: str = ""


def digest_of(session_key: str) -> str:
    """SHA-256 in hex, as the row keeps it. A key is random: nothing slower is needed.

    64 digits.
    """
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    """``row``: the session as it was read or last written; None before.

    ``ended``: a session of somebody signed in that the cookie names and that is over: by time, or
    ended from elsewhere. ``is_left``: whoever it belonged to signed out here.
    ``ask_origin`` says where the request comes from; asked only when it is written down.
    """

    row: BrowserSession | None = None
    #: The digest of a row that is read without its key.
    digest_of_row: str = ""
    ended: BrowserSession | None = None
    is_left: bool = False
    ask_origin: Callable[[], Origin] = Origin

    @classmethod
    def get_model_class(cls):
        """Sessions stand in a table of ours, which knows whose they are.

        Asked by Django's own store for every statement.
        """
        return BrowserSession

    @property
    def key_salt(self):
        """What is in a session is signed for its key: a row copied under another one is empty.

        Django's salt and the digest of the key.
        """
        return f"{super().key_salt} {self.digest}"

    def _get_session_from_db(self):
        """The open session of this key, or None; ``ended`` is then one that is over."""
        digest = digest_of(self.session_key)
        rows = BrowserSession.objects.filter(session_key=digest)
        self.row = rows.open_now().first()
        if self.row is None:
            self.ended = rows.over().first()
            # As Django's own: a key that no open session has must not become one.
            self._session_key = None
        return self.row

    def exists(self, session_key):
        """By the digest: the key itself is stored nowhere.

        One statement.
        """
        return super().exists(digest_of(session_key))

    def delete(self, session_key=None):
        """Delete the session of this key, or this one.

        Nothing where neither has a key.
        """
        key = session_key or self.session_key
        if key is not None:
            super().delete(digest_of(key))

    def save(self, must_create=False):
        """As Django's own, but a session that was ended meanwhile does not come back: as if its row
        were gone.

        UpdateError then. The row is locked until it is saved.
        """
        with transaction.atomic():
            if self.session_key is not None and not must_create:
                self._hold_open()
            super().save(must_create)

    def _hold_open(self) -> None:
        """Raises UpdateError where the session is over; else nobody ends it until it is saved."""
        rows = BrowserSession.objects.open_now().filter(session_key=self.digest)
        if not rows.select_for_update().values_list("pk", flat=True):
            raise UpdateError

    def flush(self):
        """As Django's own. A session that is no good any more, as after a change of rights, leaves
        its row: what is typed in it may still arrive.

        Afterwards the session has no key and no content; ``ended`` is the row that was left.
        """
        row = self.row
        if self.is_left or row is None or row.user_id is None:
            super().flush()
            return
        BrowserSession.objects.filter(pk=row.pk).end()
        self.ended = row
        self.clear()
        self._session_key = None

    @property
    def digest(self) -> str:
        """What the row of the session is found by; empty where there is none yet.

        SHA-256 in hex, of the present key.
        """
        if self.session_key is None:
            return self.digest_of_row
        return digest_of(self.session_key)

    def create_model_instance(self, data):
        """The row to be written: as Django's own, with whose it is and when it ends at last.

        ``data`` is the content of the session. The row is not saved here.
        """
        new = super().create_model_instance(data)
        new.session_key = digest_of(new.session_key)
        new.browser, new.system, new.network = self.ask_origin()
        user_id = _user_in(data)
        before = self.row

        if before is not None and before.session_key == new.session_key:
            new.public_id = before.public_id
        if user_id is not None:
            new.user_id = user_id
            if before is not None and before.user_id == user_id:
                # The same sign-in under another key, as after a change of password: it ends when
                # it would have ended.
                _continue(new, before)
            else:
                _begin(new)
            new.expire_date = new.end_after(new.last_seen_at)
        self.row = new
        return new

    def touch(self) -> None:
        """Write down that somebody signed in is there, and move the end of doing nothing on."""
        # Reading a value is what loads the row.
        is_signed_in = SESSION_KEY in self
        if not is_signed_in or self.row is None:
            return
        now = timezone.now()
        if now - self.row.last_seen_at < SEEN_EVERY:
            return

        self.row.last_seen_at = now
        self.row.expire_date = self.row.end_after(now)
        self.row.browser, self.row.system, self.row.network = self.ask_origin()
        fields = ("last_seen_at", "expire_date", "browser", "system", "network")
        # By an update: a session that was ended meanwhile must not come back.
        values = values_of(self.row, fields)
        own = BrowserSession.objects.filter(session_key=self.row.session_key)
        own.open_now().update(**values)


def content_of(row: BrowserSession) -> dict:
    """What a stored session holds; nothing where it was written for another key than its own."""
    store = SessionStore()
    store.digest_of_row = row.session_key
    return store.decode(row.session_data)


def _user_in(data: dict) -> int | None:
    """Key of the user whose session holds ``data``."""
    if SESSION_KEY not in data:
        return None
    return User._meta.pk.to_python(data[SESSION_KEY])


def _begin(row: BrowserSession) -> None:
    """Somebody has signed in just now."""
    row.ends_at = row.started_at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    user = User.objects.only("role", "is_staff", "is_superuser").get(pk=row.user_id)
    if user.is_library_staff:
        row.idle_seconds = settings.STAFF_IDLE_MINUTES * 60


def _continue(row: BrowserSession, before: BrowserSession) -> None:
    """The sign-in of ``before`` goes on: it ends when that one would have ended."""
    row.started_at = before.started_at
    row.ends_at = before.ends_at
    row.idle_seconds = before.idle_seconds
