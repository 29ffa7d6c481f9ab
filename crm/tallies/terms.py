"""How long counts are kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

TERMS = []
KEPT_WHILE = [
    KeptWhile(
        ("crm.Tally",), _("without an end: they name nobody, and years are compared by them")
    ),
]
