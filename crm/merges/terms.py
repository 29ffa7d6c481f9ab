"""How long it is kept which record went into which."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

TERMS = []
KEPT_WHILE = [
    KeptWhile(
        ("crm.JoinedRecord", "crm.MergedRow", "crm.NotTwins"),
        _("as long as the person is a reader here"),
    )
]
