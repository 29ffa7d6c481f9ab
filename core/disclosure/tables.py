"""Counts that are printed together: parts of one total, tables with their margins, tables without
them whose cells are told in tens.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from core.disclosure.count import Count, RoundedCount
from core.disclosure.crossed import told_in_tens
from core.disclosure.hiding import Line, close_table, hide_row, hide_table


@dataclass(frozen=True)
class CountRow:
    """The parts of one total, in the order given, and the total."""

    cells: tuple[Count, ...]
    total: Count

    def __iter__(self) -> Iterator[Count]:
        """The parts without the total."""
        return iter(self.cells)

    @property
    def hides_some(self) -> bool:
        """True when a note about hidden cells belongs beside it.

        As everybody may be told it, whoever looks. The total is not asked.
        """
        return any(cell.protected().is_withheld for cell in self.cells)

    @classmethod
    def of(
        cls, numbers: Sequence[int], *, least_hidden: int = 2, exact: bool = False
    ) -> "CountRow":
        """Parts that add up to their total; see ``hide_row``.

        ``exact``: the viewer of this page may open each of these readers.
        """
        shown = hide_row(numbers, least_hidden=least_hidden)
        cells = counts_of(numbers, shown, exact=exact)
        return cls(cells, Count.of(sum(numbers), exact=exact))


@dataclass(frozen=True)
class CountTable:
    """Cells by row, the sums of rows and of columns, and the sum of all."""

    rows: tuple[tuple[Count, ...], ...]
    row_totals: tuple[Count, ...]
    column_totals: tuple[Count, ...]
    total: Count

    @classmethod
    def of(
        cls,
        numbers: Sequence[Sequence[int]],
        *,
        hidden_rows: Collection[int] = (),
        hidden_columns: Collection[int] = (),
        exact: bool = False,
    ) -> "CountTable":
        """A table of at least one row and one column whose margins are printed.

        Cells are hidden as by ``hide_table``, sums as by ``hide_row``; then the smallest others
        until every line that is printed with its sum has no hole or two: a hidden sum whose cells
        were all shown would follow from them. ``hidden_rows`` and ``hidden_columns`` are the places
        of sums that another page hides already.
        """
        full = _with_sums(numbers)
        hidden = _each_part_hidden(numbers, full, hidden_rows, hidden_columns)
        closed = close_table(hidden, full)

        rows = []
        for all_numbers, shown in zip(full, closed, strict=True):
            rows.append(counts_of(all_numbers, shown, exact=exact))
        *body, sums = rows
        return cls(
            rows=tuple(row[:-1] for row in body),
            row_totals=tuple(row[-1] for row in body),
            column_totals=sums[:-1],
            total=sums[-1],
        )


@dataclass(frozen=True)
class CrossedTable:
    """Persons by two things that are told one by one elsewhere: cells in tens, and no sums.

    See ``core.disclosure.crossed``.
    """

    rows: tuple[tuple[RoundedCount, ...], ...]

    @property
    def tells_any(self) -> bool:
        """False where there are too few persons for a table.

        By what the page shows.
        """
        return any(cell.is_shown for cell in chain.from_iterable(self.rows))

    @classmethod
    def of(
        cls,
        numbers: Sequence[Sequence[int]],
        *,
        hidden_rows: Collection[int] = (),
        hidden_columns: Collection[int] = (),
        unprinted_row: bool = False,
        unprinted_column: bool = False,
    ) -> "CrossedTable":
        """``numbers`` hold every person once.

        ``hidden_rows`` and ``hidden_columns`` are those whose sums no page tells. Who gave no
        answer that could be printed stands in the last row or the last column, which the table
        looks at and leaves out.
        """
        told = told_in_tens(
            numbers,
            hidden_rows=hidden_rows,
            hidden_columns=hidden_columns,
            unprinted_row=unprinted_row,
            unprinted_column=unprinted_column,
        )
        if unprinted_row:
            told = told[:-1]
        if unprinted_column:
            told = [row[:-1] for row in told]
        return cls(tuple(map(_rounded, told)))

    def turned(self) -> "CrossedTable":
        """With rows for columns.

        A new table; which cells are hidden does not change.
        """
        return CrossedTable(tuple(zip(*self.rows, strict=True)))


def _rounded(row: Sequence[int | None]) -> tuple[RoundedCount, ...]:
    """Numbers that are rounded already as counts; None is withheld."""
    return tuple(map(RoundedCount.told, row))


def _each_part_hidden(
    numbers: Sequence[Sequence[int]],
    full: list[list[int]],
    hidden_rows: Collection[int],
    hidden_columns: Collection[int],
) -> list[Line]:
    """The table with its sums where each part hides what its own rule does: the cells, the sums of
    the rows and those of the columns. The sum of all is left to ``Count.of``.

    The sums need their own rule although ``close_table`` goes over their line as well: there the
    sum of all stands in the line like one more cell, and could be taken to cover a small sum.
    """
    *body, sums = full
    row_sums = _without(hidden_rows, hide_row([row[-1] for row in body]))
    column_sums = _without(hidden_columns, hide_row(sums[:-1]))

    shown = []
    for cells, row_sum in zip(hide_table(numbers), row_sums, strict=True):
        shown.append([*cells, row_sum])
    shown.append([*column_sums, sums[-1]])
    return shown


def counts_of(numbers: Sequence[int], shown: Line, *, exact: bool = False) -> tuple[Count, ...]:
    """One count per number, withheld where ``shown`` is None.

    ``exact``: for a viewer who may open each of these readers. ValueError where the two differ in
    length.
    """
    counts = []
    for number, kept in zip(numbers, shown, strict=True):
        cell = Count.kept(kept)
        if exact:
            cell = cell.also_exact(number)
        counts.append(cell)
    return tuple(counts)


def _without(places: Collection[int], line: Line) -> Line:
    """``line`` with the numbers at ``places`` hidden, but no zero: an empty line names nobody."""
    kept = []
    for place, number in enumerate(line):
        is_hidden = place in places and number != 0
        if is_hidden:
            kept.append(None)
        else:
            kept.append(number)
    return kept


def _with_sums(numbers: Sequence[Sequence[int]]) -> list[list[int]]:
    """The table with a last column and a last row of sums."""
    rows = [[*row, sum(row)] for row in numbers]
    column_sums = list(map(sum, zip(*rows, strict=True)))
    return [*rows, column_sums]
