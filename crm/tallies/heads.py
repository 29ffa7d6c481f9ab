"""What the heads of columns say over which numbers are spread: months, hours, kinds of readers,
places. Pure.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from crm.imports.fields import Refusal
from crm.tallies.audiences import audience_of_head
from crm.tallies.cells import is_total, minute_of
from crm.tallies.options import CountOptions
from crm.tallies.spans import is_day, month_in_header, span_of

#: A name made of these words alone says that something is counted, and not where.
ONLY_COUNTS = re.compile(
    r"(进出|出入|双向|单向|[进出入离到]馆|[进出入]|[今当每]?日|读者|门禁|闸机|累计|人[次数]|[人客]?流量?|客流|人"
    r"|计数[器值]?|读数|次数?|册[次数]|数[值量]?|值|counts?|counters?|visits?|visitors?|people"
    r"|persons?|footfall|traffic|passages?|number|readings?|in|out|both|ways?|two|one|bi"
    r"|directional|daily|gates?|doors?|of|[\W_])+",
    re.IGNORECASE,
)
#: Numbers that stand beside counts and count nobody.
BESIDE_COUNTS = re.compile(
    r"\d{1,2}[日号]|序号|编号|星期|周次?|气温|温度|湿度|降[雨水]量|座位数?|面积|[开闭]?[放馆]?(时长|小时数?)|.*率"
    r"|no\.?|weekday|temp(erature)?|weather|rain(fall)?|seats|hours( open)?|(.* )?rate",
    re.IGNORECASE,
)
#: In the name of a column: who goes, who comes.
WAY = re.compile(
    r"(?P<goes>\b(?:out(?:bound|going)?|exit(?:s|ing)?|leav(?:e|es|ing))\b|[出离]馆|离开|出)"
    r"|(?P<comes>\b(?:in(?:bound|coming)?|ent(?:er|ry|ries|ering|rance))\b|[进入]馆|进入|进|入)",
    re.IGNORECASE,
)
#: What stands behind the number of an hour.
HOUR_SIGN = re.compile("[:：时点]")
#: GateIn, gate_in.
BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")


def spread_columns(header: list[str], options: CountOptions) -> list[tuple[int, str, str]]:
    """(place in the row, name, what ``kind_of_column`` says) of each column spread that the header
    has, in the order in which they were chosen; one that the header lacks is passed over, and
    ``problems`` names it.
    """
    return [
        (header.index(name), name, kind_of_column(name))
        for name in options.spread
        if name in header
    ]


def day_of_head(name: str) -> date | None:
    """The day that a column is called by, with its year first; None for another name. Raises
    Refusal for a day that is none, as 2019-02-30.
    """
    if not is_day(name.strip()):
        return None
    return span_of(name).first


def kind_of_column(name: str) -> str:
    """What a column is called like: "month", which may be a quarter or a day too, "hour",
    "audience", which is a kind of readers, else "place".
    """
    if month_in_header(name):
        return "month"
    if is_hour(name):
        return "hour"
    if audience_of_head(name):
        return "audience"
    return "place"


def is_hour(name: str) -> bool:
    """Whether a column is called like an hour, by a colon or by 时 or 点 behind the number: a
    number alone is none.
    """
    if HOUR_SIGN.search(name) is None:
        return False
    try:
        return minute_of("hour", name) is not None
    except Refusal:
        return False


# --- numbers that are no place's ------------------------------------------------------------------
def only_counts(name: str) -> bool:
    """Whether a column's name says that something is counted, and neither where nor when: 计数,
    进出人次, "counter".
    """
    return ONLY_COUNTS.fullmatch(name.strip()) is not None


def is_beside_counts(name: str) -> bool:
    """Whether a column's name is one of a sum, a mean or a share, or of a number that counts
    nobody, as the temperature.
    """
    return is_total(name) or BESIDE_COUNTS.fullmatch(name.strip()) is not None


def ways_of_one_gate(names: Iterable[str]) -> set[str]:
    """Those columns of which two are called alike but for a word that says who comes and one that
    says who goes: "Main gate in" and "Main gate out". Together they count everybody twice.
    """
    columns: dict[str, set[str]] = defaultdict(set)
    ways: dict[str, set[str]] = defaultdict(set)
    for name in names:
        gate, way = gate_and_way(name)
        if way:
            columns[gate].add(name)
            ways[gate].add(way)
    twice: set[str] = set()
    for gate in columns:
        if len(ways[gate]) > 1:
            twice |= columns[gate]
    return twice


def gate_and_way(name: str) -> tuple[str, str]:
    """(what is left of a column's name, "comes" or "goes"); the way is empty where the name says
    neither, and where it says both.
    """
    text = BETWEEN_WORDS.sub(" ", name).casefold()
    ways = {match.lastgroup for match in WAY.finditer(text)}
    if len(ways) != 1:
        return text, ""
    return " ".join(WAY.sub(" ", text).split()), str(ways.pop())
