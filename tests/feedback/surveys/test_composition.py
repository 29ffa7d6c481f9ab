"""A segment's page beside the results of a survey that its members answered, solved together."""

from html import unescape

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from crm.readers.models import Reader
from crm.segments.models import Segment, SegmentMember
from tests.factories import ReaderFactory
from tests.feedback.surveys.test_subtraction import CELL, ROW, World, narrow, question
from tests.subtraction import NOT_SHOWN, Published, ends_of, is_told

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class AnswersAndMembers(Published):
    """Beside the cells of who answered one for each kind of member of a segment who did not."""

    def __init__(self, axes: dict[str, list]):
        super().__init__(axes)
        self.silent = [("silent", kind) for kind in axes["kind"]]
        self.answers = len(self.cells)
        self.cells += self.silent

    def where(self, **wanted) -> np.ndarray:
        """Of those who answered."""
        names = list(self.axes)
        mask = np.zeros(len(self.cells))
        for place, cell in enumerate(self.cells[: self.answers]):
            mask[place] = all(cell[names.index(name)] == value for name, value in wanted.items())
        return mask

    def without_answer(self, kind: str) -> np.ndarray:
        return np.array([float(cell == ("silent", kind)) for cell in self.cells])


class WorldWithMembers(World):
    """The segment's own page says of which kinds its members are, of whom some did not answer."""

    def __init__(self, seed: int, items: list[dict], *, size: int):
        super().__init__(seed, items, size=size, groups=("kind", "segment"))
        self.segment = Segment.objects.get(name="Chosen")
        self.silent = dict(zip(self.groups["kind"], (seed % 5, 3, 0), strict=True))
        members = list(Reader.objects.filter(responses__segment_ids__contains=[self.segment.pk]))
        for kind, n in self.silent.items():
            members += [ReaderFactory(kind=kind) for _number in range(n)]
        for reader in members:
            SegmentMember.objects.create(segment=self.segment, reader=reader, since=timezone.now())
        self.segment.size = len(members)
        self.segment.refreshed_at = timezone.now()
        self.segment.save()

    def nothing_yet(self) -> Published:
        return AnswersAndMembers(self.axes())

    def published(self) -> Published:
        found = super().published()
        url = reverse("crm:segment-detail", args=[self.segment.pk])
        page = unescape(self.client.get(url).content.decode())
        told = {label: CELL.findall(cells) for label, cells in ROW.findall(page)}
        with override("en"):
            labels = {kind: str(Reader.Kind(kind).label) for kind in self.groups["kind"]}
        read = 0
        for kind, label in labels.items():
            cell = told.get(label, [NOT_SHOWN])[0]
            if is_told(cell):
                read += 1
                found.say(self._members(found, kind), *ends_of(cell))
        assert read, "no composition was read"
        everybody = sum(self._members(found, kind) for kind in labels)
        found.say(everybody, self.segment.size, self.segment.size)
        return found

    def _members(self, found: Published, kind: str) -> np.ndarray:
        those = found.where(kind=kind, segment=self.segment.pk)
        return those + found.without_answer(kind)

    def traits(self, found: Published) -> dict[str, tuple[str, np.ndarray]]:
        named = super().traits(found)
        for kind in self.groups["kind"]:
            named[f"silent {kind}"] = "silent", found.without_answer(kind)
            named[f"member {kind}"] = "member", self._members(found, kind)
        return named

    def truth(self, found: Published) -> np.ndarray:
        numbers = super().truth(found)
        for place, (_silent, kind) in enumerate(found.silent, start=found.answers):
            numbers[place] = self.silent[kind]
        return numbers


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", [60, 150])
def test_composition_of_a_segment_beside_its_answers_tells_of_no_few(seed, size):
    """Fault 55. Who is in a segment by kind, and what its members and each kind answered."""
    items = [question("single", 1), question("scale", 2, scale_max=3)]
    assert narrow(WorldWithMembers(seed, items, size=size)) == []
