"""Files that did not come or are to come within days: until they are there, nobody knows what they
tell of.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.today import time_left, words
from analytics.today.items import MOST, DeskClock, DeskItem, Lot, Rest
from crm.sources.board import BoardLine, board_on
from crm.sources.models import DataSource
from crm.sources.words import missing_file

#: A file that is to come is named so many days before it is missed.
SOON = timedelta(days=7)


def files(user, clock: DeskClock) -> Lot:
    """Files for those who bring them in, the most urgent first. Five statements."""
    if not user.can("readers.import"):
        return Lot()
    items = sorted(file_items(clock), key=lambda item: item.left.order)
    others = len(items) - MOST
    rest = None
    if others > 0:
        rest = Rest(words.more("files", others), reverse("crm:coverage"))
    return replace(Lot.of(items), items=items[:MOST], rest=rest)


def file_items(clock: DeskClock) -> Iterator[DeskItem]:
    """A line for each file that did not come, and for each that is missed within ``SOON``."""
    board = board_on(clock.today)
    for source, days, lines in board.missing:
        due = days[1] + timedelta(days=source.due_after)
        yield file_item(source, days, lines, due, clock)
    for expected, lines in board.awaited:
        if expected.due - clock.today <= SOON:
            days = (expected.first, expected.last)
            yield file_item(expected.source, days, lines, expected.due, clock)


def file_item(
    source: DataSource, days: tuple[date, date], lines: list[BoardLine], due: date, clock: DeskClock
) -> DeskItem:
    """A file by its source and days, with the places it is about and who is asked for it."""
    left = time_left.until_day(due, clock)
    what = missing_file(source, *days)
    text = words.file_awaited(what)
    if left.is_late:
        text = words.file_late(what)
    return DeskItem(
        key=f"file-{source.pk}-{days[0]:%Y%m%d}",
        kinds=(pgettext("a line", "Data"),),
        text=text,
        left=left,
        url=reverse("crm:coverage"),
        action=pgettext("a line", "Bring it in"),
        details=details_of(source, lines),
    )


def details_of(source: DataSource, lines: list[BoardLine]) -> tuple[str, ...]:
    """The places a file should tell of, and who is asked for it where somebody is named."""
    said = [str(line.place) for line in lines if line.place]
    if source.contact:
        said.append(_("Ask %(who)s.") % {"who": source.contact})
    return tuple(said)
