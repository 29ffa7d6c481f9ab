"""How long reports of e-resources are kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

TERMS = []
KEPT_WHILE = [
    KeptWhile(
        ("crm.UsageReport",),
        _("without an end: years are compared by them, and they name nobody; the file, until read"),
    ),
]
