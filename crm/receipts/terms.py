"""How long it is kept that a form was taken in, and what a program was answered."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

KEPT_WHILE = [
    KeptWhile(("crm.FormReceipt",), _("for 14 days; it says nothing that was typed")),
    KeptWhile(("crm.KeptAnswer",), _("for 7 days; it names no reader")),
]
