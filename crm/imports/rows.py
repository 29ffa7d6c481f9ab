"""From a sniffed file to rows.

A header and (line, cells) pairs; an unreadable row is a BrokenRow, never the end.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, dropwhile, zip_longest
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from crm.imports.books import book_rows
from crm.imports.findings import Findings
from crm.imports.opening import TableFormat, Unreadable, empty_file, open_text, plain_file

#: Columns of the widest table that is read.
MOST_COLUMNS = 300
#: Characters kept of a column's name.
LONGEST_NAME = 120
#: Blanks, and the mark of a file that was hung on another.
MARKS = "\ufeff \t"
#: How much of an unreadable row is kept for the report.
KEPT = 500
#: Words that stand in a row of sums, at its beginning or in all its cells.
TOTALS = frozenset(
    ["合计", "总计", "小计", "共计", "总数", "总和", "累计", "平均", "平均值", "总人数", "合计人数"]
    + ["汇总", "总合计", "本页合计", "本页小计", "累计数", "人数合计", "合計", "總計", "小計"]
    + ["total", "totals", "subtotal", "subtotals", "grandtotal", "sum", "count", "average"]
    + ["summe", "gesamt", "gesamtsumme", "zwischensumme", "totalgénéral", "soustotal", "somme"]
    + ["totalgeneral", "suma", "totale", "totaal", "итого", "всего", "รวม", "総計", "합계"]
)
#: No word for sums has as many letters.
LONGEST_TOTAL = 24
#: Remarks in brackets, and what stands between and behind the letters of 合　计：
TOTAL_SIGNS = re.compile(r"[(（][^)）]*[)）]?|[\s:：.\-—*]+")
#: Total readers, total number of patrons: what is summed stands behind.
TOTAL_OF = re.compile(r"(?:grand |sub-?)?total(?: number)?(?: of)? [a-z]+", re.IGNORECASE)
#: How a remark under a table begins: who made it, when, and what it means.
FOOTERS = re.compile(
    r"\s*(制表|填表|审核|审批|复核|经办|打印|导出|统计|备注|说明|注|填报|负责人|联系人|共)"
    r"[\w\s]{0,6}[:：]"
    r"|\s*共\s*\d+\s*[条人行页名位]"
    r"|\s*第\s*\d+\s*页"
    r"|\s*[(（]?(以下空白|以下为空|此行以下无数据|全文完|完|end of (report|file|list))[)）]?\s*$"
    r"|\s*\(?\d+ (rows?|records?|lines?|行|条)\b"
    r"|\s*page \d+ of \d+"
    r"|\s*(prepared by|printed|exported|note|source|generated)\b.{0,20}:",
    re.IGNORECASE,
)


#: A number with its unit, as a row of sums has it: 1,234 人.
AMOUNT = re.compile(r"[-\d.,%/\s]*[\w%]{0,2}")


class BrokenRow(NamedTuple):
    """A row that is not a row: ``reason`` is one of ImportRefusal.Reason, ``raw`` its beginning."""

    reason: str
    raw: str


#: The number of the line a row begins in, the header's being 1, and its cells.
Row = tuple[int, list[str] | BrokenRow]


def parse_table(
    path: Path, form: TableFormat, found: Findings | None = None
) -> tuple[list[str], Iterator[Row]]:
    """(header, rows), the rows parsed as they are asked for.

    Short rows are filled with empty cells; rows with cells beyond the header are BrokenRow, and
    those that look like a total or a footer, unless ``form`` takes them. ``found`` counts what is
    seen of a workbook on the way. Raises Unreadable for a file without a header, at once, and for a
    workbook that turns out to be damaged later, from the rows.
    """
    rows = from_header(raw_rows(path, form, found), form.header)

    line, cells = next(rows, (0, []))
    first = readable_header(cells)
    if form.header_rows == 0:
        # Nothing names the columns: their places do, and the first row is one like others.
        rows = chain([(line, first)], rows)
        first = [""] * len(first)
    elif form.header_rows > 1:
        first = of_two_lines(first, next(rows, (0, []))[1])
    header = named_once(first)
    body = fitted(rows, len(header), take_totals=form.take_totals)
    return header, without_headers(body, first)


def readable_header(first: list[str] | BrokenRow) -> list[str]:
    """The row that names the columns. Raises Unreadable where there is none, or none that can be
    read, and for more columns than any table has.
    """
    if not first:
        raise empty_file()
    if isinstance(first, BrokenRow):
        raise Unreadable(_("The first line, which should name the columns, cannot be read."))
    if len(first) > MOST_COLUMNS:
        raise Unreadable(_("The file has more than %(n)d columns.") % {"n": MOST_COLUMNS})
    return first


def raw_rows(path: Path, form: TableFormat, found: Findings | None = None) -> Iterator[Row]:
    """All rows of the file, whatever stands over the header among them. Raises Unreadable.

    Unlike those of ``parse_table`` they are as wide as they come.
    """
    if form.kind == "csv":
        return text_rows(path, form)
    return sheet_rows(path, form, found or Findings())


def sheet_rows(path: Path, form: TableFormat, found: Findings) -> Iterator[Row]:
    """Rows of a workbook or a page with their lines, without those that are empty. Raises
    Unreadable on the way; what was not to be seen in the rows is noted in ``found``.
    """
    for row in book_rows(path, form, found):
        yield row.line, row.cells


def from_header(rows: Iterator[Row], header: int) -> Iterator[Row]:
    """The rows from that line on.

    ``header``: its line; 0 for the first there is.
    """
    return dropwhile(lambda one: one[0] < header, rows)


def of_two_lines(upper: list[str], lower: list[str] | BrokenRow) -> list[str]:
    """The names of columns where a second line tells apart what the first sums up.

    A second line that cannot be read tells nothing; the shorter of the two is filled up.
    """
    if isinstance(lower, BrokenRow):
        return upper
    names = []
    for above, below in zip_longest(upper, lower, fillvalue=""):
        names.append(below.strip() or above)
    return names


def named_once(first: list[str]) -> list[str]:
    """Column names: trimmed, the nameless numbered, a repeated one told apart by its place.

    No name is longer than 120 characters but for the number behind it.
    """
    names: list[str] = []
    for place, cell in enumerate(first, start=1):
        name = cell.strip().replace("\0", "")[:LONGEST_NAME]
        if not name:
            name = _("Column %(n)d") % {"n": place}
        if name in names:
            name = f"{name} ({place})"
        names.append(name)
    return names


def by_column(header: list[str], sample: list[list[str]]) -> list[tuple[str, tuple[str, ...]]]:
    """(name, its cells in the order of the rows) of each column of a file; no cells where there are
    no rows.

    ``sample``: rows as ``parse_table`` gives them. ValueError where they differ in width.
    """
    return list(zip_longest(header, zip(*sample, strict=True), fillvalue=()))


def fitted(rows: Iterator[Row], width: int, *, take_totals: bool = False) -> Iterator[Row]:
    """The rows, each as wide as the header or broken; see ``fitted_row``."""
    for line, row in rows:
        # Most rows of most files are whole, and not looked at closer.
        if isinstance(row, list) and not is_whole(row, width):
            row = fitted_row(row, width, take_totals=take_totals)
        yield line, row


def fitted_row(row: list[str], width: int, *, take_totals: bool) -> list[str] | BrokenRow:
    """The row with as many cells as there are columns; broken where something stands beyond them,
    and where it holds sums, unless ``take_totals``.

    What is missing at its end is empty, since many programs leave out the last delimiters. Empty
    cells beyond the last column are cut off: spreadsheets write delimiters for columns that were
    emptied. Any other has no meaning, and to leave it out would lose what somebody wrote.
    """
    if any(row[width:]):
        return broken("too-many-columns", row)
    row = row[:width] + [""] * (width - len(row))
    if not take_totals and is_total(row):
        return broken("total-row", row)
    return row


def is_whole(row: list[str], width: int) -> bool:
    """Whether every cell is filled, and the first begins like no word: neither a row that is to be
    filled up nor a row of sums.
    """
    return len(row) == width and "" not in row and not row[0][:2].isalpha()


def broken(reason: str, row: list[str]) -> BrokenRow:
    """A row whose cells can be read and that is none all the same, for the ``reason``, a code of
    ``ImportRefusal.Reason``; of its cells the first KEPT characters are kept, on one line.
    """
    # Cut before they are joined: a workbook may repeat one long text in every cell of a row.
    beginning = [cell[:KEPT] for cell in row[:KEPT]]
    return BrokenRow(reason, " | ".join(beginning)[:KEPT])


def without_headers(rows: Iterator[Row], first: list[str]) -> Iterator[Row]:
    """The rows; one that says the names of the columns again, as printed lists do on every page, is
    a BrokenRow.
    """
    names = unmarked(first)
    # Without names there is nothing to say again.
    if not any(names):
        yield from rows
        return

    for line, row in rows:
        # Of most rows the first cell alone tells that they are another.
        if row[0].strip(MARKS) == names[0] and unmarked(row) == names:
            row = broken("header-again", row)
        yield line, row


def unmarked(cells: Iterable[str]) -> list[str]:
    """The cells without blanks and marks at their ends, as names are compared."""
    return [cell.strip(MARKS) for cell in cells]


def is_total(row: list[str]) -> bool:
    """Whether a row holds sums, or is a remark under the table; told by the first cell that is
    filled. A number there says that it is neither.
    """
    first = next(filter(None, row), "").strip()
    if not first or first[0].isdecimal():
        return False
    return is_row_of_sums(first, row) or is_remark(first, row)


def is_row_of_sums(first: str, row: list[str]) -> bool:
    """Whether the first filled cell of a row is a word for sums, and others are empty; where none
    is, all others must be words or numbers of sums.
    """
    # A word for sums is short.
    if len(first) >= LONGEST_TOTAL or not is_short_word_for_sums(first):
        return False
    return "" in row or all(map(is_of_a_sum, row))


def is_remark(first: str, row: list[str]) -> bool:
    """Whether a row whose first filled cell is ``first`` is a remark under the table: half of it is
    empty, and a remark ends its first word by a colon. "Total of …" is one beside any empty cell.
    """
    empty = row.count("")
    if 2 * empty >= len(row) and FOOTERS.match(first):
        return True
    return empty > 0 and TOTAL_OF.fullmatch(first) is not None


def is_word_for_sums(cell: str) -> bool:
    """Whether a cell is a word for sums, remarks in brackets, blanks, signs and capitals apart."""
    return TOTAL_SIGNS.sub("", cell).casefold() in TOTALS


@lru_cache(maxsize=1000)
def is_short_word_for_sums(cell: str) -> bool:
    """The same of a cell that begins a row: most columns begin many rows with one of a few words,
    of which each is looked at once.
    """
    return is_word_for_sums(cell)


def is_of_a_sum(cell: str) -> bool:
    """What stands in a row of sums: the word for it, a number, a sign alone, or nothing."""
    return is_word_for_sums(cell) or AMOUNT.fullmatch(cell.strip()) is not None


# --- delimited text -------------------------------------------------------------------------------
def text_rows(path: Path, form: TableFormat) -> Iterator[Row]:
    """Rows of a delimited file. Raises Unreadable where it turns out to be damaged.

    A damaged row is a BrokenRow; what is raised is about the packing around the file, or its size.
    """
    with plain_file(path, form) as inner, open_text(inner, form) as text:
        lines = without_preamble(text)
        yield from csv_rows(lines, form.delimiter, header=form.header)


def without_preamble(lines: Iterator[str]) -> Iterator[str]:
    """The lines without byte order mark and without Excel's ``sep=;`` line."""
    first = next(lines, "").removeprefix("\ufeff")
    if not first.lower().startswith("sep="):
        yield first
    yield from lines


class LineFeed:
    """Lines that can be put back, counted; remembers those taken for the current row."""

    def __init__(self, lines: Iterable[str]):
        """``lines``: each with its end of line; they are taken one by one."""
        self.lines = iter(lines)
        self.back: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0
        #: The number of the line in which the current row begins, the first being 1.
        self.start = 1

    def __iter__(self):
        return self

    def __next__(self) -> str:
        """The next line, one that was put back first. StopIteration after the last."""
        line = self.back.popleft() if self.back else next(self.lines)
        self.number += 1
        self.taken.append(line)
        return line

    def start_row(self) -> None:
        """Forget the lines of the row before: the next one begins in the line that comes next."""
        self.taken.clear()
        self.start = self.number + 1

    @property
    def spans_lines(self) -> bool:
        """Whether more than one line was taken for the current row."""
        return len(self.taken) > 1

    def unless_swallowed(self, row: list[str]) -> list[str] | BrokenRow:
        """The current row, which is not as wide as the header; broken where it spans several lines:
        a quote that does not close has swallowed them then.
        """
        if self.spans_lines:
            return self.broken("quotes")
        return row

    def broken(self, reason: str) -> BrokenRow:
        """The current row as a broken one, of which its first line is kept; the other lines will be
        given again.

        Call it after one line at least was taken. ``reason``: a code of ``ImportRefusal.Reason``.
        """
        first, *others = self.taken
        self.back.extendleft(reversed(others))
        self.number -= len(others)
        return BrokenRow(reason, first[:KEPT])


def csv_rows(lines: Iterable[str], delimiter: str, header: int = 0) -> Iterator[Row]:
    """Rows of a delimited text; blank lines are passed over. ``header``: the line of the header.

    A quote that is never closed swallows the lines after it. When such a row does not fit, only its
    first line is called broken and the others are parsed again, so one stray quote costs one row
    and not the rest of the file. After an error the csv module starts a fresh row; after a row that
    did not fit it stands at a row's start too.
    """
    feed = LineFeed(lines)
    parser = csv.reader(feed, delimiter=delimiter, strict=True)
    width = 0
    while (row := next_row(parser, feed)) is not None:
        if not row:
            continue
        if isinstance(row, list) and feed.start >= header:
            # The header says how wide a row is.
            width = width or len(row)
            if len(row) != width:
                row = feed.unless_swallowed(row)
        yield feed.start, row


def next_row(parser: Iterator[list[str]], feed: LineFeed) -> list[str] | BrokenRow | None:
    """The next row, without cells for a blank line; broken where the csv module cannot read it, and
    None after the last.
    """
    feed.start_row()
    try:
        return next(parser, None)
    except csv.Error as error:
        return feed.broken(reason_of(error, several=feed.spans_lines))


def reason_of(error: csv.Error, *, several: bool) -> str:
    """Too long is a single line only: over several lines it is a quote that does not close.

    ``several``: whether more than one line was taken for the row.
    """
    # The csv module has no error of its own for a cell beyond its limit, only this word.
    is_limit = "limit" in str(error)
    if is_limit and not several:
        return "too-long"
    return "quotes"
