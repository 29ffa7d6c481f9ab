"""What whole rows of a file of counts tell, and the columns of it that are not taken. Pure."""

from crm.tallies.cells import is_sum_of_rows, is_unknown
from crm.tallies.month_days import is_called_day, number_of_day
from crm.tallies.options import CountOptions

#: Cells and letters of a row that a sentence shows.
CELLS, LETTERS = 6, 60


class WholeRows:
    """Gathered row by row. ``days_left``: a column of days of the month that is not taken, empty
    where there is none; ``twice``: the first row that stands there a second time, in words.
    """

    def __init__(
        self, header: list[str], mapping: dict[str, str], options: CountOptions, numbers: list[int]
    ):
        """``numbers``: places of the columns that are counted. Two readings that are alike are one
        by themselves, so of those nothing is said.
        """
        taken = {*mapping.values(), *options.spread}
        self.names = {at: name for at, name in enumerate(header) if name not in taken}
        self.numbers = numbers
        self.compares = "reading" not in mapping
        self.rows = 0
        self.sums = dict.fromkeys(self.names, 0)
        self.days = {at: 0 for at, name in self.names.items() if is_called_day(name)}
        self.seen: set[int] = set()
        self.twice = ""

    def see(self, row: list[str]) -> None:
        """Take one row into account. A row of sums is none of those that stand there twice."""
        self.rows += 1
        is_sum = False
        for at in self.names:
            if is_sum_of_rows(row[at]):
                self.sums[at] += 1
                is_sum = True
        for at in self.days:
            self.days[at] += number_of_day(row[at]) is not None
        if self.compares and not is_sum:
            self.compare(row)

    def compare(self, row: list[str]) -> None:
        """Note the row as ``twice`` where it came before and counts anybody; no other is looked for
        then.
        """
        if all(counts_nobody(row[at]) for at in self.numbers):
            return
        # Ten million rows are kept as numbers; two rows that are not alike rarely share one.
        mark = hash(tuple(row))
        if mark in self.seen:
            self.twice = in_words(row)
            self.compares = False
        self.seen.add(mark)

    def in_every_row(self, rows: dict[int, int]) -> list[str]:
        """Names of the columns of which something was seen in every row, of which there is one at
        least. ``rows``: {place of a column: in how many rows}.
        """
        return [self.names[at] for at, seen in rows.items() if 0 < seen == self.rows]

    @property
    def days_left(self) -> str:
        """The first column that is called a day and holds a number of one in every row."""
        return next(iter(self.in_every_row(self.days)), "")

    @property
    def all_sums(self) -> list[str]:
        """Columns in which every row, one at least, says that it is a sum: a word for what the
        numbers are, and not for a row of its own.
        """
        return self.in_every_row(self.sums)


def counts_nobody(cell: str) -> bool:
    """Whether a cell of a number is 0 or says that nobody knows: it makes no difference how often
    that is added.
    """
    text = cell.strip()
    return text == "0" or is_unknown(text)


def in_words(row: list[str]) -> str:
    """The first filled cells of a row, as a sentence shows them."""
    filled = list(filter(None, map(str.strip, row)))
    return " · ".join(filled[:CELLS])[:LETTERS]
