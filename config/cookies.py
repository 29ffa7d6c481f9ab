"""Cookies of packages under the names that a browser guards over https."""

from django.conf import settings
from django.contrib.messages.storage import cookie, fallback, session


class MessageCookie(cookie.CookieStorage):
    """What was done, in words, until the next page shows it."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Messages(fallback.FallbackStorage):
    """In the cookie, and in the session what does not fit into it."""

    storage_classes = (MessageCookie, session.SessionStorage)
