"""How long the library's settings and their former states are kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

TERMS = []
KEPT_WHILE = [
    KeptWhile(
        ("crm.LibrarySettingsEvent",),
        _("for good: it says what the library was called, and who it wrote as, at any time"),
    ),
]
