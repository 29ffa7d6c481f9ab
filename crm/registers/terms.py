"""How long the registers are kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

TERMS = []
KEPT_WHILE = [
    KeptWhile(
        ("crm.DepartmentMember",), _("as long as the account: it says who worked where, and when")
    ),
]
