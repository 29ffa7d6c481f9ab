"""What can be wrong with what was published, each kind as it is stored."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localtime

from analytics.published.chains import Chain
from analytics.published.models import Seal, Verification

#: ``{"code": one of words.SENTENCES, "values": {name: text or number}}``
Break = dict


def found(code: str, **values: str | int) -> Break:
    """A break that any room may find: ``code`` names its sentence in ``words.SENTENCES``, and
    ``values`` fill the places of it.
    """
    return {"code": code, "values": values}


def of_seal(code: str, seal: Seal, **values: str) -> Break:
    """A break of one seal, or of what it speaks of.

    Chain and number of the seal are added to ``values``, which fill the sentence of ``code``.
    """
    return found(code, chain=seal.chain, number=seal.number, **values)


def missing_between(chain: str, before: int, after: int) -> Break:
    """Rows are gone between two numbers of a chain; ``before`` is 0 where its beginning is gone."""
    return found("missing_between", chain=chain, before=before, after=after)


def not_sealed(chain: Chain, object_id: int) -> Break:
    """A row that was published has no seal; it is named as "table/key"."""
    return found("not_sealed", chain=chain.code, row=f"{chain.table}/{object_id}")


def head_is_gone(chain: Chain, at: datetime, number: int) -> Break:
    """A chain ends before the number that its head once had.

    ``at`` is when a look saw that head; it is told by the library's clock, to the minute.
    """
    at_here = localtime(at)
    return found("head_is_gone", chain=chain.code, number=number, at=f"{at_here:%Y-%m-%d %H:%M}")


def noted_is_gone(chain: str, number: int, file: str) -> Break:
    """A chain ends before the number that a file outside noted of it, or another hash stands there;
    ``file`` is the name of that file.
    """
    return found("noted_is_gone", chain=chain, number=number, file=file)


def of_looks(looks: list[Verification]) -> Iterator[Break]:
    """One break for each look that the portal did not write; none for an empty list."""
    for look in looks:
        yield found("look_of_nobody", row=row_of(look))


def of_looks_by_another_key(looks: list[Verification]) -> Iterator[Break]:
    """All of them in one line: after a change of the key there are many.

    It says how many they are and names the first; nothing for an empty list.
    """
    if looks:
        yield found("looks_of_another_key", n=len(looks), row=row_of(looks[0]))


def row_of(look: Verification) -> str:
    """The place of the look itself, as "table/key"."""
    return f"{Verification._meta.db_table}/{look.pk}"
