"""How long what somebody is at the library is kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

TERMS = []
KEPT_WHILE = [KeptWhile(("crm.Standing",), _("as long as the person is a reader here"))]
