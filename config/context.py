"""What every template needs."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from config.nav import Nav

THEMES = {"light", "dark"}


def huixiang(request):
    """Name of the library, menus for this person and the theme chosen in the header (empty.

    The system's).
    """
    theme = request.COOKIES.get("theme", "")
    return {
        "library_name": settings.LIBRARY_NAME,
        "demo": settings.DEMO,
        # A request refused before the sign-in is known (a wrong host) gets its error page too.
        "nav": Nav(getattr(request, "user", AnonymousUser())),
        "theme": theme if theme in THEMES else "",
    }
