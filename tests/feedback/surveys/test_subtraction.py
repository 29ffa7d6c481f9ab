"""Everything that pages and the API say of a survey, solved together."""

import random
import re
from collections import Counter
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.plan.models import Channel
from crm.segments.models import Segment
from tests.factories import ReaderFactory, UserFactory
from tests.feedback.building import answer, published
from tests.subtraction import NOT_SHOWN, Published, ends_of, ends_of_ten, is_told

#: A hidden number of persons must be able to differ so far.
WIDE = 5
FIGURE = re.compile(r'<figure class="chart" id="chart-item-(\d+)">(.*?)</figure>', re.S)
CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.S)
ROW = re.compile(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', re.S)
CELL = re.compile(r'<td class="n">\s*(.*?)\s*</td>', re.S)
MEAN = re.compile(r"(mean|NPS) (-?[\d.]+)( \(95)?")


def question(kind: str, number: int, options: int = 3, **fields) -> dict:
    item = {"kind": kind, "text": {"en": f"Question {number}?"}, **fields}
    if kind == "single":
        item["options"] = [{"en": f"Option {number}.{n}"} for n in range(1, options + 1)]
    return item


class World:
    """A survey, its true answers, and what a member of staff can fetch of it."""

    def __init__(self, seed: int, items: list[dict], *, size: int, groups: tuple[str, ...] = ()):
        self.draw = random.Random(seed)
        self.items = items
        self.survey = published(items=items)
        self.codes = {}
        for ordinal, item in enumerate(items, start=1):
            highest = {"single": len(item.get("options", [])), "scale": item.get("scale_max", 5)}
            self.codes[ordinal] = list(range(1, highest[item["kind"]] + 1))
        self.groups = self._groups(groups)
        self.people = [self._person() for _number in range(size)]
        self._answer()
        self.client = Client()
        self.client.force_login(UserFactory(role="librarian"))
        self.client.cookies["django_language"] = "en"

    def _groups(self, names) -> dict[str, list]:
        made = {}
        if "kind" in names:
            made["kind"] = ["teacher", "master", "doctoral"]
        if "channel" in names:
            made["channel"] = [Channel.objects.get(code=code).pk for code in ("email", "poster")]
        if "segment" in names:
            made["segment"] = [0, Segment.objects.create(name="Chosen").pk]
        return made

    def _person(self) -> dict:
        """Answers that hang together, as they do where few give a certain one."""
        leaning = self.draw.random()
        person = {}
        for ordinal, codes in self.codes.items():
            person[f"q{ordinal}"] = self._one_of(codes, leaning)
            if self.draw.random() < 0.04:
                person[f"q{ordinal}"] = None
        for name, values in self.groups.items():
            person[name] = self._one_of(values, leaning)
        return person

    def _one_of(self, values: list, leaning: float):
        if self.draw.random() < 0.5:
            return values[int(leaning**2 * len(values))]
        weights = [1 / (place + 1) ** 2 for place in range(len(values))]
        return self.draw.choices(values, weights)[0]

    def _answer(self) -> None:
        for person in self.people:
            given = {}
            for ordinal in self.codes:
                if person[f"q{ordinal}"] is not None:
                    given[str(ordinal)] = person[f"q{ordinal}"]
            reader = None
            if "kind" in person:
                reader = ReaderFactory(kind=person["kind"]).pk
            answer(
                self.survey,
                given,
                reader_id=reader,
                channel_id=person.get("channel"),
                segment_ids=[person["segment"]] if person.get("segment") else [],
            )

    def axes(self) -> dict[str, list]:
        questions = {f"q{ordinal}": [*codes, None] for ordinal, codes in self.codes.items()}
        return questions | self.groups

    # --- what can be fetched ---
    def page(self, name: str, **asked) -> str:
        url = reverse(f"feedback:survey-{name}", args=[self.survey.pk])
        return unescape(self.client.get(url, asked).content.decode())

    def published(self) -> Published:
        """Constraints from every page of the survey's results and from the API."""
        found = Published(self.axes())
        everybody = found.where()
        found.say(everybody, len(self.people), len(self.people))
        self._read_charts(found, self.page("results"), everybody, {})
        self._read_api(found)
        for name, values in self.groups.items():
            for value in values:
                self._read_group(found, name, value)
        ordinals = list(self.codes)
        for first in ordinals:
            for second in ordinals:
                if first != second:
                    self._read_crosstab(found, first, second)
        return found

    def _read_group(self, found: Published, name: str, value) -> None:
        page = self.page("results", only=f"{name}:{value}")
        size = re.search(r'<small class="muted">n=(.*?)</small>', page)
        if not size or (name == "segment" and not value):
            return
        of_group = found.where(**{name: value})
        found.say(of_group, *ends_of(size.group(1)))
        self._read_charts(found, page, of_group, {name: value})

    def _read_charts(self, found: Published, page: str, among, group: dict) -> None:
        for ordinal, figure in FIGURE.findall(page):
            caption = CAPTION.search(figure).group(1)
            asked = f"q{ordinal}"
            answered = among - found.where(**{asked: None}, **group)
            n = re.search(r"n=(about [\d,]+|[\d,]+)", caption)
            if n and n.group(1).startswith("about") and not group:
                # Few left it empty: so many that nobody says how few.
                found.say(answered, len(self.people) - 14, len(self.people) - 1)
            elif n:
                found.say(answered, *ends_of(n.group(1)))
            self._read_cells(found, figure, int(ordinal), group)
            self._read_mean(found, caption, int(ordinal), answered, group)

    def _read_cells(self, found: Published, figure: str, ordinal: int, group: dict) -> None:
        told = [CELL.findall(cells)[0] for _label, cells in ROW.findall(figure)]
        assert len(told) == len(self.codes[ordinal])
        for code, text in zip(self.codes[ordinal], told, strict=True):
            cell = found.where(**{f"q{ordinal}": code}, **group)
            if is_told(text):
                found.say(cell, *ends_of(text))
            elif not group and any(other != NOT_SHOWN for other in told):
                # Zeros are shown as long as anything is.
                found.say(cell, 1)

    def _read_mean(self, found: Published, caption: str, ordinal: int, answered, group) -> None:
        mean = MEAN.search(caption)
        if not mean:
            return
        printed = float(mean.group(2))
        _whole, _point, decimals = mean.group(2).partition(".")
        half = 0.5 * 10 ** -len(decimals)
        total = np_sum(
            code * found.where(**{f"q{ordinal}": code}, **group) for code in self.codes[ordinal]
        )
        found.say(total - (printed - half) * answered, 0)
        found.say((printed + half) * answered - total, 0)

    def _read_crosstab(self, found: Published, first: int, second: int) -> None:
        page = self.page("crosstab", first=first, second=second)
        rows = ROW.findall(page)
        for row_code, (_label, cells) in zip(self.codes[first], rows, strict=bool(rows)):
            told = CELL.findall(cells)
            for code, text in zip(self.codes[second], told, strict=True):
                if is_told(text):
                    cell = found.where(**{f"q{first}": row_code, f"q{second}": code})
                    found.say(cell, *ends_of_ten(text))

    def _read_api(self, found: Published) -> None:
        answered = self.client.get(reverse("api:survey-results", args=[self.survey.pk])).json()
        for one in answered["questions"]:
            for cell in one["answers"]:
                if cell["n"] is not None:
                    asked = found.where(**{f"q{one['ordinal']}": cell["code"]})
                    found.say(asked, cell["n"], cell["n"])

    # --- what must stay unknown ---
    def few(self) -> list[dict]:
        """Every group of one to four persons by one trait or by two."""
        names = list(self.axes())
        counted = Counter()
        for person in self.people:
            for place, name in enumerate(names):
                counted[(name, person[name]),] += 1
                for other in names[place + 1 :]:
                    counted[(name, person[name]), (other, person[other])] += 1
        return [dict(group) for group, n in counted.items() if 1 <= n < WIDE]


def np_sum(arrays):
    total = 0
    for array in arrays:
        total = total + array
    return total


def narrow(world: World) -> list[tuple]:
    """Groups of one to four of whom all that is published says too much."""
    found = world.published()
    truth = Counter(tuple(person[name] for name in found.axes) for person in world.people)
    cells = [truth[cell] for cell in found.cells]
    for row, low, high in zip(found.rows, found.low, found.high, strict=True):
        assert low - 1e-6 <= row @ cells <= high + 1e-6, "a page was misread"

    too_narrow = []
    for group in world.few():
        low, high = found.room_of(found.where(**group))
        if high - low < WIDE:
            too_narrow.append((group, low, high))
    return too_narrow


TWO = [question("single", 1), question("single", 2)]
THREE = [*TWO, question("scale", 3, scale_max=4)]
FOUR = [*TWO, question("single", 3, 2), question("single", 4, 2)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [24, 60, 150])
def test_questions_and_their_tables_tell_of_no_few(seed, size):
    """Fault 55. Three questions against each other, of which one has a mean."""
    assert narrow(World(seed, THREE, size=size)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_four_questions_tell_of_no_few(seed):
    """Fault 55. Six tables that share their sums."""
    assert narrow(World(seed, FOUR, size=90)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("groups", [("kind", "channel"), ("kind", "segment")])
def test_groups_of_readers_tell_of_no_few(seed, groups):
    """Fault 55. Two questions by kind of reader and by channel or segment."""
    items = [question("single", 1), question("scale", 2, scale_max=3)]
    assert narrow(World(seed, items, size=160, groups=groups)) == []
