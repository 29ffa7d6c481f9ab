"""COUNTER reports in JSON, as providers send them to programs: releases 5 and 5.1, each by itself.

5: ``Performance`` is a list of months with ``Instance`` lists. 5.1: ``Attribute_Performance`` holds
{metric: {"YYYY-MM": number}}.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from crm.eresources.counter import (
    DATABASE_REPORTS,
    MOST,
    NOT_UNDERSTOOD,
    Figures,
    ReportHeader,
    days_of_period,
    header_of,
    month_from,
    no_month,
    place_of,
    release_of,
    too_many_figures,
)
from crm.imports.opening import Unreadable
from crm.sources.months import end_of_month

#: Values, lists and objects in a file: a report of titles of 30 MB has some three million.
MOST_VALUES = 4_000_000
#: A code in digits, and what programs make of it: 3031.0.
WHOLE = re.compile(r"([0-9]{1,4})(?:\.0+)?")
#: How 5.1 names a month.
MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def read_json(content: bytes) -> tuple[ReportHeader, Figures]:
    """Header and figures of a report, all of it in memory.

    Raises Unreadable, with words, for whatever is none; one bad item is enough, since sums without
    it would be too low.
    """
    report = report_in(content)
    header = header_in(part(report, "Report_Header", dict), exceptions_beside(report))
    figures = Figures()
    read = READERS[header.release]
    for item in dicts(report, "Report_Items"):
        read(item, figures, database_of(item, header))
    return header, figures


def database_of(item: dict, header: ReportHeader) -> str:
    """The database that an item of a report of databases is of; empty in any other report. Raises
    Unreadable where it does not say one.
    """
    if header.report not in DATABASE_REPORTS:
        return ""
    return part(item, "Database", str)


def report_in(content: bytes) -> dict:
    """The report as it was sent; some send a list with one in it.

    Raises Unreadable for what is no JSON, for anything but an object, and for the message with
    which a provider answers instead of a report: its words are passed on.
    """
    refuse_too_many_parts(content)
    try:
        # Some files begin with a mark of their encoding, which JSON does not allow.
        found = json.loads(content.decode("utf-8-sig"))
    # Brackets in brackets without end make the parser fail by its depth.
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("This is no JSON that can be read: it may be cut off.")) from error
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise no_report()
    refuse_message(found)
    return found


def refuse_message(found: dict) -> None:
    """Raises Unreadable, with the provider's words, for an answer that is no report."""
    if "Report_Header" not in found and "Code" in found:
        raise Unreadable(
            _("The provider answered with a message instead of a report: %(message)s")
            % {"message": str(found.get("Message", found["Code"]))[:200]}
        )


def refuse_too_many_parts(content: bytes) -> None:
    """Raises Unreadable where so many values stand in the file that to hold them all would take a
    hundred times its size. By its signs alone, before anything is made of them.
    """
    values = content.count(b",") + content.count(b"[") + content.count(b"{")
    if values > MOST_VALUES:
        raise too_many_figures()


def no_report() -> Unreadable:
    """Why the file cannot be taken where a part of it is missing; to be raised by the caller."""
    return Unreadable(_("This is no COUNTER report: its header or its items are missing."))


def part(of: dict, name: str, kind: type) -> Any:
    """A part that must be there, and of that kind. Raises Unreadable where it is neither."""
    found = of.get(name)
    if not isinstance(found, kind):
        raise no_report()
    return found


def exceptions_beside(stored: dict) -> list:
    """What is said of exceptions, under either of the names that providers give them; empty for
    none. Some write them into the header, some beside it.
    """
    found = as_list(stored.get("Exceptions")) + as_list(stored.get("Exception"))
    return [one for one in found if one not in (None, "", {})]


def as_list(said: Any) -> list:
    """What is said once or several times, always as a list."""
    if isinstance(said, list):
        return said
    return [said]


def header_in(stored: dict, beside: list) -> ReportHeader:
    """The header of either release; ``beside``: exceptions that stand outside of it.

    Raises Unreadable where the filters are neither a list nor an object, and for a release, months
    or a report that are not read, in this order.
    """
    filters = filters_in(stored)
    said = {name: str(value) for name, value in stored.items() if isinstance(value, str | int)}
    # Which release it is comes first: of another one nothing else is understood.
    release_of(said.get("Release", ""))
    begins, ends = filters.get("Begin_Date", ""), filters.get("End_Date", "")
    days = days_of_period([str(begins), str(ends)])
    exceptions = [*exceptions_beside(stored), *beside]
    return header_of(said, days, map(code_of, exceptions), filters)


def filters_in(stored: dict) -> dict:
    """{name: value}, in 5 written as a list of names and values, in 5.1 as an object.

    Empty where the header names none. Raises Unreadable for anything else in their place.
    """
    filters = stored.get("Report_Filters", {})
    if isinstance(filters, list):
        filters = {one.get("Name"): one.get("Value") for one in filters if isinstance(one, dict)}
    if not isinstance(filters, dict):
        raise no_report()
    return filters


def code_of(stored: Any) -> int:
    """The code of one exception, a number or its digits; NOT_UNDERSTOOD for anything else."""
    said = stored.get("Code") if isinstance(stored, dict) else None
    found = WHOLE.fullmatch(str(said).strip())
    return int(found[1]) if found else NOT_UNDERSTOOD


# --- release 5 ------------------------------------------------------------------------------------
def read_50(item: dict, figures: Figures, database: str) -> None:
    """Count in one item, whose months come one by one. ``database``: see ``place_of``.

    Raises Unreadable for an item in the shape of 5.1, a period that is no month, a metric or a
    count that is none. ``figures`` may hold some of the item then.
    """
    if "Attribute_Performance" in item:
        raise another_shape("5.1", "5")
    platform = str(item.get("Platform", ""))
    for performance in dicts(item, "Performance"):
        month = month_of(part(performance, "Period", dict))
        for instance in dicts(performance, "Instance"):
            metric = str(instance.get("Metric_Type", ""))
            place = place_of(platform, metric, month, database)
            figures.add(place, number(instance.get("Count")))


def month_of(period: dict) -> date:
    """The first day of the month that begins and ends with the period.

    Raises Unreadable for any other time, a year among them.
    """
    begins, ends = str(period.get("Begin_Date", "")), str(period.get("End_Date", ""))
    try:
        first, last = date.fromisoformat(begins), date.fromisoformat(ends)
    except ValueError as error:
        raise no_month(f"{begins} – {ends}") from error
    if first.day != 1 or last != end_of_month(first):
        raise no_month(f"{begins} – {ends}")
    return first


# --- release 5.1 ----------------------------------------------------------------------------------
def read_51(item: dict, figures: Figures, database: str) -> None:
    """Count in one item, whose metrics have their months. ``database``: see ``place_of``.

    Raises Unreadable as ``read_50`` does, and for an item in the shape of 5.
    """
    if "Performance" in item:
        raise another_shape("5", "5.1")
    platform = str(item.get("Platform", ""))
    for attributes in dicts(item, "Attribute_Performance"):
        for metric, months in part(attributes, "Performance", dict).items():
            for month, count in by_month(months):
                figures.add(place_of(platform, metric, month, database), number(count))


def by_month(stored: Any) -> Iterator[tuple[date, Any]]:
    """(first day of the month, what is said to be its number) of {"2022-01": 877, …}.

    Raises Unreadable for anything but an object, and for a name that is no month.
    """
    if not isinstance(stored, dict):
        raise no_report()
    for said, count in stored.items():
        found = MONTH.fullmatch(said)
        if found is None:
            raise no_month(said)
        yield month_from(*found.groups()), count


# --- both -----------------------------------------------------------------------------------------
READERS = {"5.0": read_50, "5.1": read_51}


def dicts(of: dict, name: str) -> list[dict]:
    """A list of objects that must be there; it may be empty. Raises Unreadable."""
    found = part(of, name, list)
    if not all(isinstance(one, dict) for one in found):
        raise no_report()
    return found


def number(said: Any) -> int:
    """A count, zero or more. Raises Unreadable for what is none.

    A truth value is none, although Python counts with it; nor is 3.0.
    """
    if type(said) is not int or not 0 <= said <= MOST:
        raise Unreadable(_("“%(said)s” is no count.") % {"said": str(said)[:40]})
    return said


def another_shape(found: str, said: str) -> Unreadable:
    """The header names one release, and the figures are written as another one writes them.

    To be raised by the caller: ``found`` is the release of the shape, ``said`` that of the header.
    """
    return Unreadable(
        _(
            "The report says that it follows release %(said)s, and writes its figures as release"
            " %(found)s does. Read as either, figures would be lost; ask the provider."
        )
        % {"said": said, "found": found}
    )
