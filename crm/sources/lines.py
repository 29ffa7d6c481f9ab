"""The lines of the board as the page shows them: in two groups, places that say the same in one
line.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.localised import listed
from crm.sources.board import Board, BoardLine, MonthCell
from crm.sources.words import (
    BRIEF,
    came_in_words,
    cell_in_words,
    expected_in_words,
    word_of,
)

#: By whether the rows of a source are persons', in the order of the page.
GROUPS = {
    True: gettext_lazy("With persons"),
    False: gettext_lazy("Numbers alone"),
}


@dataclass(frozen=True)
class CellShown:
    """A month as it is drawn, in words, and in one word where all its days are alike and lack
    something.
    """

    cell: MonthCell
    words: str
    word: str


@dataclass(frozen=True)
class LineShown:
    """Lines of the board that say the same of their places, as one with its words; ``line`` is the
    first of them.

    ``beside``: the places, or the whole library; ``place``: the key of the first, "" for the whole
    library. ``came``: up to when it is recorded, and the last file.
    """

    lines: list[BoardLine]
    beside: str
    cells: list[CellShown]
    due: str
    is_late: bool
    came: str

    @property
    def line(self) -> BoardLine:
        """The first of the lines: a link in one of its cells looks at that place."""
        return self.lines[0]

    @property
    def place(self) -> int | str:
        """Key of the first place; "" for the whole library."""
        return self.line.key_of_place or ""

    @property
    def asked(self) -> str:
        """How an address names the line: "source=3&place=1"."""
        return urlencode({"source": self.line.source.pk, "place": self.place})


@dataclass(frozen=True)
class LineGroup:
    """Lines of sources that record persons, or of those that only count; ``rows`` has one at
    least.
    """

    name: str
    rows: list[LineShown]


def groups_shown(board: Board, is_shown: Callable[[BoardLine], bool]) -> list[LineGroup]:
    """The lines that are shown, in words of the current language, in the order of the board within
    their group. A group without a line is left out.
    """
    rows: dict[bool, list[LineShown]] = {has_persons: [] for has_persons in GROUPS}
    for lines in alike(filter(is_shown, board.lines)):
        rows[bool(lines[0].source.kinds)].append(line_shown(board, lines))
    return [LineGroup(str(GROUPS[one]), found) for one, found in rows.items() if found]


def alike(lines: Iterable[BoardLine]) -> list[list[BoardLine]]:
    """Lines of one source that say the same of their places, together, where the first of them
    stands.
    """
    found: dict[tuple, list[BoardLine]] = {}
    for line in lines:
        says = (line.source.pk, line.expected, line.last, tuple(line.cells))
        found.setdefault(says, []).append(line)
    return list(found.values())


def line_shown(board: Board, lines: list[BoardLine]) -> LineShown:
    """One line of the page. A source of which no file is expected says so, and is never late."""
    line = lines[0]
    due = _("whenever")
    if line.expected:
        due = expected_in_words(line.expected, board.today)
    cells = []
    for cell in line.cells:
        cells.append(CellShown(cell, cell_in_words(cell), word_of(cell.only, BRIEF)))
    return LineShown(
        lines=lines,
        beside=listed([str(one.place or _("whole library")) for one in lines]),
        cells=cells,
        due=due,
        is_late=line.is_late(board.today),
        came=came_in_words(board.came.get(line.source.pk), line.last),
    )
