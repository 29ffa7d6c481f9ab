"""The year of birth out of a cell that may hold the whole day: month and day go no further."""

import re

from core.addresses import normal_number
from crm.imports.fields import Refusal, clean, is_blank

#: A year among other signs (1999-03-05, 5/3/1999, 1999年3月), and one before month and day that
#: are written together (19990305, 199903).
APART = re.compile(r"(?:.*\D)?((?:19|20)\d\d)(?:\D.*)?")
TOGETHER = re.compile(r"((?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?")


def year_of_birth(raw: str) -> int | None:
    """The year of birth in a cell that holds a year, or a whole day; None for a blank cell, and for
    one of zeros. Raises Refusal where no year from 1900 to 2099 stands in four digits. Whether
    anybody can have been born then is not asked.
    """
    text = normal_number(clean("birth_year", raw))[:40]
    if is_blank(text) or not text.strip("0-/. :"):
        return None
    said = TOGETHER.fullmatch(text) or APART.fullmatch(text)
    if said is None:
        raise Refusal("birth_year", "bad-year")
    return int(said[1])
