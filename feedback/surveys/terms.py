"""How long answers are kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile

KEPT_WHILE = [
    KeptWhile(
        ("feedback.Response", "feedback.AnswerText"),
        _("as long as the survey; answers by name are the reader's to take back"),
    ),
]
