"""How long sessions and what hangs on them is kept: each ends by itself within days."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

KEPT_WHILE = [
    KeptWhile(("crm.BrowserSession",), _("for 7 days after it has ended")),
    KeptWhile(("crm.KeptForm",), _("for 7 days, or until its writer takes it")),
    KeptWhile(("crm.ApiToken",), _("until it expires or is revoked, and with the account")),
]
