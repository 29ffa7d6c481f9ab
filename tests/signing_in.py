"""Being somebody in a test, without the form of the door.

Django's test client does what a sign-in does: it begins a session for nobody, gives it another key,
and writes it down three times more. For a third of the time of a matrix of all addresses that was
all that happened. Here the session is written once, as it is in the end.
"""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.test import Client

from crm.accounts.store import SessionStore
from crm.staff.models import User

DJANGOS_OWN = Client._login


def session_of(user: User, backend: str = settings.AUTHENTICATION_BACKENDS[0]) -> SessionStore:
    """A stored session in which the user is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session


def sign_in(client: Client, user: User, backend: str | None = None) -> None:
    """In place of the test client's own ``_login``, in which ``login`` and ``force_login`` end.

    A client that has a session already keeps what is in it, which Django's own sees to.
    """
    if settings.SESSION_COOKIE_NAME in client.cookies:
        DJANGOS_OWN(client, user, backend)
        return
    request = HttpRequest()
    request.session = session_of(user, backend or user.backend)
    user_logged_in.send(sender=type(user), request=request, user=user)
    client._set_login_cookies(request)
