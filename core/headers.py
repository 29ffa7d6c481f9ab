"""Headers of answers that pass no middleware: they carry no page and run nothing.

What Django answers gets the same from its middleware (settings, "security headers").
"""

from django.conf import settings

#: An answer without a page needs nothing from anywhere.
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def of_a_bare_answer() -> list[tuple[str, str]]:
    """Names and values, as WSGI takes them."""
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
