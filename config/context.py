"""What every template needs."""

from django.conf import settings

from config.nav import Nav

THEMES = {"light", "dark"}


def huixiang(request):
    """Name of the library, menus for this person and the theme chosen in the header (empty: the system's)."""
    theme = request.COOKIES.get("theme", "")
    return {
        "library_name": settings.LIBRARY_NAME,
        "demo": settings.DEMO,
        "nav": Nav(request.user),
        "theme": theme if theme in THEMES else "",
    }
