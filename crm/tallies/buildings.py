"""Whether a column that is called a gate or a door (门) names buildings. Pure.

A building that is taken for a gate is added to the whole library, and no campus has its number.
"""

import re

from crm.imports.rows import by_column

#: How names of buildings and campuses end.
ENDS_AS_A_PLACE = re.compile(
    r".*(馆|楼|校区|大厦|学院|图书室|阅览室|书屋|library|building|branch|campus|hall|house)",
    re.IGNORECASE,
)


def with_buildings_as_places(
    header: list[str], rows: list[list[str]], mapping: dict[str, str]
) -> dict[str, str]:
    """``mapping``, {field: column}, with the column of gates under "place" where it names buildings
    and no other column names a place.
    """
    gate = mapping.get("gate", "")
    if not gate or "place" in mapping or not names_buildings(header, rows, gate):
        return mapping
    found = {field: name for field, name in mapping.items() if field != "gate"}
    return found | {"place": gate}


def names_buildings(header: list[str], rows: list[list[str]], column: str) -> bool:
    """Whether all filled cells of the column, one at least, end as names of buildings do."""
    cells = dict(by_column(header, rows))[column]
    filled = set(filter(None, map(str.strip, cells)))
    return bool(filled) and all(map(ENDS_AS_A_PLACE.fullmatch, filled))
