"""How long single letters are kept: first the text goes, then to whom it was."""

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from core.terms import Over, Term, emptying
from crm.letters.holds import NOTHING, OF_A_READER
from crm.letters.models import Letter

#: Of these nobody knows yet what becomes of them.
OPEN = [Letter.State.PENDING, Letter.State.INFLIGHT]
#: What erasing by the address writes, for the ORM; an address that is gone leads nobody to the row,
#: so that no column may hold it any longer either.
EMPTY = {column: RawSQL(sql.replace("%", "%%"), []) for column, sql in NOTHING.items()}


def with_text(over: Over):
    ended = Letter.objects.filter(created_at__lt=over.before).exclude(state__in=OPEN)
    return ended.exclude(text="", html="")


def with_address(over: Over):
    ended = Letter.objects.filter(created_at__lt=over.before).exclude(state__in=OPEN)
    texts = dict.fromkeys(("address", "subject", "text", "html", "sender", "reason"), "")
    empty = Q(**texts, headers={}, reader=None) & ~Q(about__startswith=OF_A_READER)
    return ended.exclude(empty)


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
