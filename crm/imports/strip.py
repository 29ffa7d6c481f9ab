"""Of which days a file tells, place by place, beside what others told: a strip of months."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.columns import names_of
from core.days import months_up_to
from core.localised import listed
from crm.imports.found import FilePreview
from crm.imports.models import ImportBatch
from crm.imports.options import DATA_SOURCE
from crm.sources.board import MonthCell, cell_of
from crm.sources.coverage import shut_between, told_by
from crm.sources.day_numbers import numbers_in_words, numbers_of_days
from crm.sources.days import EVERYWHERE, Recorded, Shut, Told, days_told, named_by
from crm.sources.models import DataSource
from crm.sources.months import MONTH, SHOWN, Column, end_of_month
from crm.sources.states import BOTH, NOW, NOW_PART, states_of_days
from crm.sources.words import heads
from crm.staff.models import Campus

#: Places that are drawn; of more the page says how many.
PLACES_SHOWN = 12
#: Keys of places.
Names = Mapping[int | None, str]


@dataclass(frozen=True)
class StripLine:
    """One place: a cell for each month of the strip, and how many of their days are there, in part,
    closed and missing once the file is in, in a sentence.
    """

    place: str
    cells: list[MonthCell]
    said: str


@dataclass(frozen=True)
class Strip:
    """``months``: first days, the oldest first. ``more``: places that are not drawn."""

    months: list[date]
    lines: list[StripLine]
    more: int

    @property
    def heads(self) -> list[tuple[str, str]]:
        """(brief, whole) name of each month, as the page "What is recorded" has them."""
        return heads(self.months)


@dataclass(frozen=True)
class StripDays:
    """What a file tells of (``now``), and what all others of its source told (``before``)."""

    source: DataSource
    now: list[Told]
    before: list[Told]
    shut: list[Shut]
    today: date

    def at(self, place: int | None) -> "StripDays":
        """The same as far as it is of one place (a key, None for the whole library)."""
        now, before = here(self.now, place), here(self.before, place)
        return replace(self, now=now, before=before)

    def states(self, place: int | None, days: tuple[date, date]) -> dict[date, str]:
        """{day: its state once the file is in}, as the page "What is recorded" will have it; days
        that this file tells of are marked as such. ``days``: first and last.
        """
        mine = self.at(place)
        spans = [*mine.before, *mine.now]
        found = states_of_days(self.source, spans, self.shut, days, place, self.today)
        told_before = days_told(mine.before)
        for day in days_told(mine.now) & set(found):
            found[day] = marked(found[day], is_known=day in told_before)
        return found


def here(told: list[Told], place: int | None) -> list[Told]:
    """What is told of a place; what is told of the whole library is told of each."""
    return [one for one in told if one.place in (EVERYWHERE, place)]


def marked(state: str, *, is_known: bool) -> str:
    """The state of a day that this file tells of; ``is_known``: another one told of it too."""
    if state == Recorded.PART:
        return NOW_PART
    return BOTH if is_known else NOW


def source_of(batch: ImportBatch) -> DataSource | None:
    """Where the rows of the batch were recorded; None where nobody has said that, and of a file of
    readers. One statement.
    """
    return DataSource.objects.filter(pk=batch.options.get(DATA_SOURCE)).first()


def strip_of_preview(batch: ImportBatch, found: FilePreview) -> Strip | None:
    """The strip of a file that is looked at; None of one that tells of no day. Campuses that it
    would add have no key yet: see ``FilePreview.spans``.
    """
    names: dict[int | None, str] = {0: listed(found.places)}
    names |= {-place: name for place, name in enumerate(found.places, start=1)}
    return strip_for(batch, found.spans, names)


def strip_for(
    batch: ImportBatch, now: list[Told], names: Mapping[int | None, str] | None = None
) -> Strip | None:
    """The strip of a file that tells of ``now``, beside all that its source told without it; None
    where it tells of no day. ``names``: of places that have no key yet. Four statements at most.
    """
    source = source_of(batch)
    if source is None or not now:
        return None
    months = months_with(now)
    shut = shut_between(months[0], end_of_month(months[-1]))
    now = [replace(one, regular=source.is_regular) for one in now]
    before = list(told_by(source, without=batch.pk))
    told = StripDays(source, now, before, shut, timezone.localdate())
    return strip_of(told, names_of(Campus.objects.all()) | dict(names or {}))


def strip_of(told: StripDays, names: Names) -> Strip:
    """The last months of which the file tells, thirteen at most, place by place in the order of
    their names.
    """
    months = months_drawn(told.now)
    places = sorted((names.get(place, ""), place) for place in named_by(told.now, EVERYWHERE))
    lines = []
    for name, place in places[:PLACES_SHOWN]:
        lines.append(line_of(name, place, told, months))
    return Strip(months, lines, more=len(places) - len(lines))


def months_with(told: Iterable[Told]) -> list[date]:
    """The first days of the months of which something is told, each once, the oldest first."""
    return sorted({day.replace(day=1) for day in days_told(told)})


def months_drawn(told: Iterable[Told]) -> list[date]:
    """The first days of the months that are drawn, thirteen at most, the oldest first: all from the
    first to the last of which something is told, since a month between them that is not drawn would
    hide a gap. Where they are too many for that, those alone of which something is told.
    """
    most = SHOWN[MONTH]
    months = months_with(told)[-most:]
    in_a_row = months_up_to(months[-1], most)
    if months[0] in in_a_row:
        return in_a_row[in_a_row.index(months[0]) :]
    return months


def line_of(name: str, place: int | None, told: StripDays, months: list[date]) -> StripLine:
    """One place of the strip; days of which nobody told, and none was to, are left empty."""
    states = told.states(place, (months[0], end_of_month(months[-1])))
    cells = [cell_of(Column(month, end_of_month(month)), states) for month in months]
    said = _("%(place)s: %(days)s") % {
        "place": name or _("whole library"),
        "days": numbers_in_words(numbers_of_days(cells)),
    }
    return StripLine(name, cells, said)
