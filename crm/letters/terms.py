"""How long single letters are kept: first the text goes, then to whom it was."""

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from core.terms import Over, Term, emptying
from crm.letters.holds import NOTHING, OF_A_READER
from crm.letters.models import Letter

#: Of these nobody knows yet what becomes of them.
OPEN = [Letter.State.PENDING, Letter.State.INFLIGHT]
#: The values that erasing writes into the rows of an address, for the ORM. Once the address is gone
#: erasing finds the row no more, so nothing else of the person may be left in it.
EMPTY = {column: RawSQL(sql.replace("%", "%%"), []) for column, sql in NOTHING.items()}


def with_text(over: Over) -> QuerySet:
    """Letters that are over and still have their text.

    Over its term and neither waiting nor on its way; not evaluated.
    """
    return _ended(over).exclude(text="", html="")


def with_address(over: Over) -> QuerySet:
    """Letters that are over and still hold something of the person."""
    no_texts = dict.fromkeys(("address", "subject", "text", "html", "sender", "reason"), "")
    of_nobody = Q(**no_texts, headers={}, reader=None) & ~Q(about__startswith=OF_A_READER)
    return _ended(over).exclude(of_nobody)


def _ended(over: Over) -> QuerySet:
    """Letters from before the end of a term that have come to their own end."""
    return Letter.objects.filter(created_at__lt=over.before).exclude(state__in=OPEN)


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
        becomes=_("all of the person taken out; that a letter was written stays"),
        default=365,
        least=30,
        most=3650,
        **emptying(with_address, reader=None, **EMPTY),
    ),
]
