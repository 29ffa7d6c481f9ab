"""What browsers are told not to do: the policy of pages, and headers of what carries no page.

What Django answers has its headers from the middleware (settings, "security headers").
"""

from csp.constants import NONE, SELF
from django.conf import settings

POLICY_OF_PAGES = {
    "default-src": [NONE],
    "script-src": [SELF],
    # The hash is the empty string's: Plotly adds an empty style element and fills it through
    # the CSSOM.
    "style-src": [SELF, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "object-src": [NONE],
    "manifest-src": [SELF],
}

#: An answer without a page needs nothing from anywhere.
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def of_a_bare_answer() -> list[tuple[str, str]]:
    """Headers of an answer that passes no middleware; names and values, as WSGI takes them."""
    found = [
        ("Content-Security-Policy", POLICY),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
    ]
    if settings.SECURE_HSTS_SECONDS:
        value = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
        found.append(("Strict-Transport-Security", value))
    return found
