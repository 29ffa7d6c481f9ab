"""A Plotly figure of ours read back as rows of marks, for the drawing that needs no script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.charts.counts import drawn_value
from core.charts.layout import OTHERS
from core.charts.said import day_of, in_words

#: What stands between the two lines of a label in Plotly's writing.
LINE_BREAK = "<br>"
#: Kinds whose marks stand along time; where one is missing nothing is drawn.
OVER_TIME = frozenset({"bar", "line"})
#: So many labels have room on a phone.
FEW_LABELS = 9
#: The part of a plot's width that a day's label takes on a desk.
ROOM_OF_A_DAY = 0.24


@dataclass(frozen=True)
class ChartMark:
    """One value of a series. ``value`` is None where it is withheld or was not measured.

    ``low`` and ``high`` are the ends of its interval, ``text`` is what stands beside it, if any.
    """

    label: str
    value: float | None
    said: str
    is_withheld: bool = False
    is_capped: bool = False
    colour: str = OTHERS
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True)
class MarkedSeries:
    """The marks of one trace, in their order; ``kind`` is how they are drawn."""

    name: str
    kind: str
    marks: tuple[ChartMark, ...]
    from_zero: bool = True

    @property
    def has_gaps(self) -> bool:
        """Whether it stands over time and a value is missing that is not withheld."""
        if self.kind not in OVER_TIME:
            return False
        return any(mark.value is None and not mark.is_withheld for mark in self.marks)

    @property
    def has_signs(self) -> bool:
        """Whether the sign of a withheld number stands in it, where another word has no room."""
        return any(mark.is_withheld for mark in self.marks)

    @property
    def values(self) -> list[float]:
        """All that the scale must reach: values, and the ends of intervals."""
        found = []
        for mark in self.marks:
            for end in (mark.value, mark.low, mark.high):
                if end is not None:
                    found.append(end)
        return found


@dataclass(frozen=True)
class TimeLabel:
    """A label below the axis of time: its lines, and whether a phone has room for it."""

    lines: tuple[str, ...]
    place: int
    is_kept_on_a_phone: bool


def read(figure: Mapping) -> list[MarkedSeries]:
    """The series of a figure that ``bars``, ``flat_bars``, ``intervals`` or ``lines`` made."""
    found = []
    for place, trace in enumerate(figure["data"]):
        # One of "bar", "flat", "interval" and "line", as whoever made the trace noted in it.
        kind = trace["meta"]["kind"]
        marks = tuple(_marks_of(trace, kind))
        axis = _axis_of(figure, place)
        from_zero = kind == "bar" or axis.get("rangemode") == "tozero"
        found.append(MarkedSeries(trace.get("name", ""), kind, marks, from_zero))
    return found


def _axis_of(figure: Mapping, place: int) -> Mapping:
    """The vertical axis of the trace at ``place``: each has its own."""
    name = "yaxis"
    if place:
        name = f"yaxis{place + 1}"
    return figure.get("layout", {}).get(name, {})


def _marks_of(trace: Mapping, kind: str) -> Iterable[ChartMark]:
    """The marks of a trace, in their order."""
    labels, values = trace["x"], trace["y"]
    if kind in {"flat", "interval"}:
        labels, values = values, labels

    size = len(labels)
    # Only marks that lie carry texts; a bar may be longer than it is drawn.
    meta = trace["meta"]
    capped = meta.get("capped", [False] * size)
    texts = trace.get("text", [""] * size)
    colours = _colours(trace, size)
    ends = _ends(trace, values)
    for place, value in enumerate(values):
        low, high = ends[place]
        yield ChartMark(
            label=str(labels[place]),
            value=drawn_value(value),
            said=trace["customdata"][place],
            is_withheld=meta["hidden"][place],
            is_capped=capped[place],
            colour=colours[place],
            low=low,
            high=high,
            text=texts[place],
        )


def _colours(trace: Mapping, size: int) -> list[str]:
    """The colour of each mark, as the name of a token."""
    colour = trace.get("marker", {}).get("color", OTHERS)
    if isinstance(colour, str):
        return [colour] * size
    return list(colour)


def _ends(trace: Mapping, values: list) -> list[tuple[float | None, float | None]]:
    """Lower and upper end of each interval; None of both where there is none."""
    errors = trace.get("error_x")
    if not errors:
        return [(None, None)] * len(values)

    found = []
    for value, up, down in zip(values, errors["array"], errors["arrayminus"], strict=True):
        if value is None:
            found.append((None, None))
        else:
            found.append((value - down, value + up))
    return found


def reference_of(figure: Mapping) -> float | None:
    """Where the dotted line of a figure stands; None where it has none."""
    for shape in figure.get("layout", {}).get("shapes", ()):
        return shape["x0"]
    return None


# --- the axis of time -----------------------------------------------------------------------------
def is_of_days(figure: Mapping, labels: list[str]) -> bool:
    """Whether the axis is one of days, and every label names a day that the calendar has."""
    if figure["layout"]["xaxis"].get("type") != "date":
        return False
    return all(map(day_of, labels))


def places_in_time(figure: Mapping, labels: list[str]) -> list[float]:
    """Where each label stands between the left end, 0, and the right one, 1.

    Days by their distance, all other labels in the middle of places of equal width.
    """
    if not is_of_days(figure, labels):
        return [(place + 0.5) / len(labels) for place in range(len(labels))]

    days = [day_of(label).toordinal() for label in labels]
    span = max(days) - min(days)
    if not span:
        return [0.5] * len(days)
    return [0.01 + 0.98 * (day - min(days)) / span for day in days]


def time_labels(figure: Mapping, labels: list[str], places: list[float]) -> list[TimeLabel]:
    """What is printed below the axis of time. ``places``: where each label stands, 0 to 1.

    Months all, of which a phone keeps every third, counted from January; of days the first, the
    last and as many between them as have room, of which a phone keeps the first and the last.
    """
    if is_of_days(figure, labels):
        return _day_labels(labels, places)

    texts = list(map(str, figure["layout"]["xaxis"].get("ticktext", labels)))
    start = _first_kept(texts)
    found = []
    for place, text in enumerate(texts):
        is_kept = len(texts) < FEW_LABELS or place % 3 == start
        found.append(TimeLabel(tuple(text.split(LINE_BREAK)), place, is_kept))
    return found


def _first_kept(texts: list[str]) -> int:
    """0, 1 or 2: from where every third label is kept, so that January is among them."""
    for place, text in enumerate(texts):
        if place and LINE_BREAK in text:
            return place % 3
    return 0


def _day_labels(labels: list[str], places: list[float]) -> list[TimeLabel]:
    """Days as the language writes them, none closer to another than its text is wide."""
    end = len(labels) - 1
    found = [TimeLabel((in_words(labels[0]),), 0, True)]
    reached = places[0]
    for place in range(1, end):
        has_room = places[place] >= reached + ROOM_OF_A_DAY
        if has_room and places[place] <= places[end] - ROOM_OF_A_DAY:
            reached = places[place]
            found.append(TimeLabel((in_words(labels[place]),), place, False))
    if end:
        found.append(TimeLabel((in_words(labels[end]),), end, True))
    return found
