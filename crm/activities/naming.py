"""Names of places as rows bring them. A campus that a row names is kept for good, and shown to all
staff: so a program adds none whose name could as well be a title. Pure.
"""

import re

from crm.imports.fields import Refusal
from crm.imports.items import is_item
from crm.imports.places import PlaceRegister

#: Characters of the longest name of a place that rows may add.
LONGEST = 40
#: How many places one file, and one request, may add. A library that opened more has a list of
#: them, and a column that names more says something else of each row.
MOST_BY_FILE, MOST_BY_PROGRAM = 40, 5
#: How names of places end, a number or letter behind it left aside: 东馆, 仙林校区, 教学楼B.
ENDING = re.compile(r"(馆|校区|校|院|楼|区|室|中心|部|库|厅|站|园|城|所)[A-Za-z0-9]{0,2}")
#: Words one of which the name of a place has.
WORDS = re.compile(
    r"\b(library|campus|branch|building|hall|centre|center|wing|annexe?|site|room|gate|floor"
    r"|bibliothek|biblioteca|biblioth[eè]que)\b",
    re.IGNORECASE,
)
#: Codes of branches as systems write them: CPL, MAIN, B2.
CODE = re.compile(r"(?=.*[A-Z])[A-Z0-9_-]{1,10}")
#: Words of the longest name in Latin letters.
MOST_WORDS = 5


def may_be_a_place(name: str) -> bool:
    """Whether ``name`` has at most LONGEST letters and names no book by its quotes or its number:
    enough where somebody looks at the names of a file before they are stored.
    """
    return len(name) <= LONGEST and not is_item(name)


def is_a_place(name: str) -> bool:
    """Whether it is called like a place besides: by its ending, by a word in a short Latin name, or
    as a code. Asked of what a program sends, which nobody looks at.
    """
    if not may_be_a_place(name):
        return False
    if CODE.fullmatch(name):
        return True
    if name.isascii():
        return bool(WORDS.search(name)) and len(name.split()) <= MOST_WORDS
    # A name with a blank or a stop in it is a sentence, or a title with its author.
    return bool(re.fullmatch(rf"\w{{0,12}}{ENDING.pattern}", name))


class RowPlaces(PlaceRegister):
    """Campuses as rows of activities name them; new ones by the rules above."""

    def __init__(self, *args, by_program: bool, **more):
        """``by_program``: nobody looks at the names before they are stored. All else as in
        ``PlaceRegister``; the stored campuses are read, in one statement.
        """
        super().__init__(*args, **more)
        self.is_fit = is_a_place if by_program else may_be_a_place
        self.most = len(self.rows) + (MOST_BY_PROGRAM if by_program else MOST_BY_FILE)

    def is_stored(self, cell: str) -> bool:
        """Whether a cell names a place that is stored, by its code or a name; False for none."""
        place = self.places.get(cell.casefold())
        return place is not None and self.row_at(place).pk is not None

    def names_of(self, used: set[int]) -> list[str]:
        """Names of all places in their order; empty for one that is neither stored nor among those
        that rows name which are taken, ``used``: of a refused row nobody believes that it is one.
        """
        found = []
        for place, row in enumerate(self.rows, start=1):
            is_one = row.pk is not None or place in used
            found.append(str(row) if is_one else "")
        return found

    def add(self, name: str) -> int:
        """Remember a new place; returns its place, the first being 1. Raises Refusal for what may
        be none, and where so many came that the column says something else.
        """
        if len(self.rows) >= self.most or not self.is_fit(name):
            raise Refusal(self.field, f"unknown-{self.field}")
        return super().add(name)
