"""How long it is kept how recently and how often somebody was here."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

KEPT_WHILE = [
    KeptWhile(("crm.Score",), _("as long as the person is a reader here; measured every night"))
]
