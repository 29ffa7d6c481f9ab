"""Numbers of readers that a program made something else of: which program's mark they bear.

What is spoiled is refused with its cause: two numbers may have become one, and a second person
comes of any other writing.
"""

import re

#: What a spreadsheet makes of a number that is too long for it: 2.02412E+11, 2,02412E+11.
SHORTENED = re.compile(r"\+?\d+(?:[.,]\d+)?\s*[eE]\s*\+?\s*\d+")
#: What a program adds that takes the digits for an amount: 20245001.0, 20245001,00.
WITH_FRACTION = re.compile(r"\d+[.,]0{1,2}|\d+\.0+")
#: An amount that has a real fraction: 20241234.5. Short numbers may have a point of their own.
FRACTION = re.compile(r"\d{5,}[.,]\d+")
GROUPED = re.compile(r"\d{1,3}(?:[,’']\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+")
MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
#: A cell that became a day or a time of day: 2024-03-12, 2024/3/12, 12-Mar-24, Mar-24, 12:30.
#: A year with hyphens and single digits may be a number that somebody made up so, and stays one.
DAY = re.compile(
    r"(?:19|20)\d\d(?:-\d\d-\d\d|/\d{1,2}/\d{1,2}|年\d{1,2}月(?:\d{1,2}日)?)(?:[ T]\d.*)?"
    r"|\d{1,2}:\d\d(?::\d\d)?"
    rf"|\d{{1,2}}-{MONTH}(?:-\d{{2,4}})?|{MONTH}-\d\d(?:\d\d)?",
    re.IGNORECASE,
)
#: A cell that became true or false.
TRUTH = re.compile("true|false", re.IGNORECASE)
#: What programs did to a number, and how a row is refused for it; the first that fits.
CAUSES = (
    (SHORTENED, "shortened-number"),
    (WITH_FRACTION, "fraction-number"),
    (FRACTION, "fraction-number"),
    (GROUPED, "grouped-number"),
    (DAY, "day-as-number"),
    (TRUTH, "truth-as-number"),
)
#: Every number that a program spoiled begins like this; most others are not looked at closer.
BEGINS = re.compile(rf"[+\d]|true|false|{MONTH}-", re.IGNORECASE)


def cause_of(number: str) -> str:
    """Why a number is refused, a code of ``ImportRefusal.Reason``; empty for one that no program
    spoiled, as far as it can be seen.
    """
    if not BEGINS.match(number):
        return ""
    for spoiled, reason in CAUSES:
        if spoiled.fullmatch(number):
            return reason
    return ""
