"""How long works are kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

KEPT_WHILE = [
    KeptWhile(
        ("feedback.Submission", "feedback.Review"), _("as long as its author leaves it here")
    ),
]
