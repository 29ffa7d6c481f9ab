"""Columns that say how often something happened, in files whose rows are each of one moment.

A row with 3 visits is no single one, and a row with 0 is none. Nobody is guessed to have come once:
somebody has to say what such a column means.
"""

from pathlib import Path

from django.utils.translation import gettext as _

from core.kinds import FileKind
from crm.activities.options import ActivityOptions
from crm.imports.describing import format_of
from crm.imports.guessing import words_in
from crm.imports.looking import words_of_column
from crm.imports.models import ImportBatch
from crm.readers.models import Activity

#: What such columns are called, by what the rows tell of.
ANY = frozenset(["count", "counts", "times", "frequency", "howoften", "次数", "总次数", "累计次数"])
OF_VISITS = frozenset(
    ["visits", "visitcount", "numberofvisits", "entries", "entrycount", "totalvisits"]
    + ["到馆次数", "入馆次数", "进馆次数", "到馆人次", "入馆人次", "进馆人次", "人次", "刷卡次数"]
)
OF_LOANS = frozenset(["loancount", "numberofloans", "册数", "借阅册数", "借书册数", "借阅册次"])
WORDS = {
    Activity.Kind.LOAN: OF_LOANS,
    Activity.Kind.VISIT: ANY | OF_VISITS,
    Activity.Kind.SEAT: ANY | frozenset(["使用次数", "预约次数"]),
    Activity.Kind.EVENT: ANY | frozenset(["参加次数", "签到次数"]),
}
#: What says of a row that it is one.
ONE = frozenset(["1", "1.0", "1次", "一次"])


def column_of_counts(header: list[str], mapping: dict[str, str], kind: FileKind) -> str:
    """The first column that says how often and is not taken; empty where none is, and in files that
    count months, which take it. ``mapping``: {field: column}.
    """
    if kind.by_month:
        return ""
    words = WORDS.get(kind.does[0], frozenset())
    taken = set(mapping.values())
    for name in header:
        if name not in taken and not words.isdisjoint(words_in(name)):
            return name
    return ""


def unclear_counts(header: list[str], batch: ImportBatch) -> list[str]:
    """A sentence about a column that says how often, where not every row says once and nobody has
    said that each is one; else empty. Reads the beginning of the file where there is such a column,
    and raises Unreadable where that is no table.
    """
    column = column_of_counts(header, batch.mapping, batch.kind)
    if not column or ActivityOptions.from_json(batch.options).row_is_one:
        return []
    cells = words_of_column(Path(batch.file.path), format_of(batch), header, column)
    # A column of ever new cells has no words, and is none of ones.
    if cells and ONE.issuperset(cells):
        return []
    return [
        _(
            "The column “%(name)s” says how often, and each row of this file is read as once."
            " Upload it as loans, renewals or visits of a month, counted for each reader; or say"
            " below that each row is one, and take out the rows that say 0."
        )
        % {"name": column}
    ]
