"""Names of places as rows bring them. A campus that a row names is kept for good, and shown to all
staff: so none is added whose name could as well be a title, unless a person has said that the
column holds places. A program adds none beside a loan. Pure.
"""

import re
from collections.abc import Iterable

from crm.imports.fields import Refusal
from crm.imports.items import is_item
from crm.imports.places import PlaceRegister

#: Characters of the longest name of a place that rows may add.
LONGEST = 40
#: How many places one file, and one request, may add. A library that opened more has a list of
#: them, and a column that names more says something else of each row.
MOST_BY_FILE, MOST_BY_PROGRAM = 40, 5
#: What stands before the ending of a short name: 东馆, 第3馆, 文科馆, B楼. 茶馆 and 红楼 are called
#: like places, and are books.
QUALIFIED = (
    r"(?:[东西南北中新老旧总主本上下前后第一二三四五六七八九十甲乙丙丁A-Z\d]"
    r"|[文理工医农法社]科)"
)
#: Kinds of places as longer names end with them, and as short ones do.
LONG_KINDS = (
    r"(?:图书馆|博物馆|档案馆|资料馆|体育馆|分馆|总馆|校区|学院|书院|医院|研究院|中心|书库|服务台"
    r"|(?:教学|实验|办公|综合|行政|宿舍|图书)楼|(?:阅览|自习|研修|研讨|资料|借阅|期刊)[室区]"
    r"|(?:借阅|流通|阅览)[部台处]|(?:大|报告)厅)"
)
SHORT_KINDS = r"(?:馆|区|院|楼|室|部|库|厅|站|园|所|门|校)"
#: How names of places end; a number or letter behind it is left aside: 仙林校区, 教学楼B.
ENDING = re.compile(
    rf"(?:\w{{0,10}}{LONG_KINDS}|{QUALIFIED}{{1,4}}{SHORT_KINDS})[A-Za-z0-9]{{0,2}}"
)
#: Words one of which the name of a place has.
WORDS = re.compile(
    r"\b(library|campus|branch|building|hall|centre|center|wing|annexe?|site|room|gate|floor"
    r"|bibliothek|biblioteca|biblioth[eè]que)\b",
    re.IGNORECASE,
)
#: Titles begin so, and places seldom do.
ARTICLE = re.compile(r"(the|a|an|der|die|das|le|la|les|el|los|il) ", re.IGNORECASE)
#: Codes of branches as systems write them: CPL, MAIN-2, B2. Four capitals and more are a word.
CODE = re.compile(r"[A-Z]{1,3}|(?=.*[A-Z])(?=.*\d)[A-Z0-9_-]{1,10}")
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
        is_short = len(name.split()) <= MOST_WORDS and not ARTICLE.match(name)
        return is_short and bool(WORDS.search(name))
    # A name with a blank or a stop in it is a sentence, or a title with its author.
    return ENDING.fullmatch(name) is not None


def tell_themselves(names: list[str], known: Iterable[str]) -> bool:
    """Whether the different cells of a column are places without anybody's word: half of them are
    ``known`` (their names in small letters), or all others are called like places. False for no
    names: a column of ever new ones holds none.
    """
    known = set(known)
    strange = [name for name in names if name.casefold() not in known]
    if not names or len(strange) > MOST_BY_FILE:
        return False
    return 2 * len(strange) <= len(names) or all(map(is_a_place, strange))


class RowPlaces(PlaceRegister):
    """Campuses as rows of activities name them; new ones by the rules above."""

    def __init__(self, *args, by_program: bool, **more):
        """``by_program``: nobody looks at the names before they are stored. All else as in
        ``PlaceRegister``; the stored campuses are read, in one statement.
        """
        super().__init__(*args, **more)
        self.by_program = by_program
        self.stored = len(self.rows)
        self.is_fit, further = may_be_a_place, MOST_BY_FILE
        if by_program:
            self.is_fit, further = is_a_place, MOST_BY_PROGRAM
        self.most = len(self.rows) + further

    def is_new(self, place: int) -> bool:
        """Whether a row has added the place, counted from 1, and nobody knew it before."""
        return place > self.stored

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
