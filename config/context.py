"""What every template needs."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from config.nav import Nav
from crm.library.chosen import chosen
from crm.library.colours import style_sheet_of
from crm.library.logo import shown
from crm.library.naming import library_name

SECONDS_OF_A_DAY = 24 * 3600
THEMES = {"light", "dark"}


def huixiang(request):
    """Name of the library, menus for this person, and the theme chosen in the header.

    An empty theme is the system's.
    """
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    if theme not in THEMES:
        theme = ""
    # A request refused before the sign-in is known (a wrong host) gets its error page too.
    user = getattr(request, "user", AnonymousUser())
    return {
        "library_name": library_name(),
        "logo": shown.get(),
        "colour_sheet": style_sheet_of(chosen().colour),
        "demo": settings.DEMO,
        "demo_password_is_known": settings.DEMO_PASSWORD_IS_KNOWN,
        "nav": Nav(user),
        # Of the links in account mail, to confirm an address and to choose a password.
        "link_days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_OF_A_DAY,
        "theme": theme,
    }
