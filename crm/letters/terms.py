"""How long single letters are kept: first the text goes, then to whom it was."""

from django.utils.translation import gettext_lazy as _

from core.terms import Over, Term, emptying
from crm.letters.models import Letter

#: Of these nobody knows yet what becomes of them.
OPEN = [Letter.State.PENDING, Letter.State.INFLIGHT]


def with_text(over: Over):
    ended = Letter.objects.filter(created_at__lt=over.before).exclude(state__in=OPEN)
    return ended.exclude(text="", html="")


def with_address(over: Over):
    ended = Letter.objects.filter(created_at__lt=over.before).exclude(state__in=OPEN)
    return ended.exclude(address="", subject="", reader=None)


TERMS = [
    Term(
        code="letter-texts",
        title=_("Texts of single letters"),
        models=("crm.Letter",),
        becomes=_("emptied; that a letter was written stays"),
        default=180,
        least=30,
        most=1095,
        **emptying(with_text, text="", html=""),
    ),
    Term(
        code="letters",
        title=_("To whom single letters went"),
        models=("crm.Letter",),
        becomes=_("address, subject and reader taken out"),
        default=365,
        least=30,
        most=3650,
        **emptying(with_address, address="", subject="", text="", html="", reader=None),
    ),
]
