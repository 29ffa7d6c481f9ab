"""A report beside two surveys, a link, works, readers who switched analytics off and a segment that
lost members: solved together, without a database.
"""

from random import Random

import pytest

from analytics.loop import formulas, storage
from analytics.loop.rules import CURRENT
from core.disclosure import SMALLEST_CELL, is_small
from tests.factories import quiet_inputs
from tests.subtraction import Published

NOT_SHOWN = (1, SMALLEST_CELL - 1)
#: What a reader who was mailed did or is.
TRAITS = ("followed", "first", "second", "work", "off", "left")


class Mailed:
    """Readers of one segment who were mailed, by what they did, and what pages tell of them."""

    def __init__(self, seed: int, size: int):
        draw = Random(seed)
        self.published = Published({trait: [False, True] for trait in TRAITS})
        chance = {
            "followed": draw.choice([0, 0.1, 0.3]),
            "first": draw.choice([0, 0.2, 0.4]),
            "second": draw.choice([0, 0.02, 0.2]),
            "work": draw.choice([0, 0.01, 0.1]),
            "off": draw.choice([0, 0.01, 0.02]),
            "left": draw.choice([0, 0.01, 0.02]),
        }
        # Nobody who answers the second survey leaves out the first, in every other world.
        nested = draw.random() < 0.5
        people = []
        for _reader in range(size):
            one = {trait: draw.random() < chance[trait] for trait in TRAITS}
            if nested and one["first"] and draw.random() < 0.97:
                one["second"] = True
            people.append(tuple(one.values()))
        self.truth = [people.count(cell) for cell in self.published.cells]

    def those(self, test):
        """1 for every cell of whom it is true."""
        mask = self.published.where()
        for place, cell in enumerate(self.published.cells):
            mask[place] = float(test(dict(zip(TRAITS, cell, strict=True))))
        return mask

    def number(self, test) -> int:
        return int(self.those(test) @ self.truth)

    def page(self, test) -> None:
        """An exact number on another page; of one to four it says that they are so few."""
        n = self.number(test)
        if is_small(n):
            self.published.say(self.those(test), 1, SMALLEST_CELL - 1)
        else:
            self.published.say(self.those(test), n, n)

    def report(self, test, told: int | None, width: int) -> None:
        if told is not None:
            low, high = told, told
            if width:
                low, high = told - width // 2, told + width // 2 - 1
            assert low <= self.number(test) <= high
            self.published.say(self.those(test), low, high)


def did_any(one: dict) -> bool:
    return one["followed"] or one["first"] or one["second"] or one["work"]


def responded(one: dict) -> bool:
    return did_any(one) and not one["off"]


def counted(one: dict) -> bool:
    return not one["off"]


def frozen(world: Mailed) -> dict:
    """What an evaluation freezes of them."""
    k, n = world.number(responded), world.number(counted)
    stored = quiet_inputs() | {"version": CURRENT, "segments": [1], "calls": 1}
    del stored["formulas"]
    stored["cells"] = [
        ["email", [1], "sent", 10, True, k],
        ["email", [1], "sent", 10, False, n - k],
    ]
    stored["persons"] = [
        [False, True, True, True, False, k],
        [False, True, True, False, False, n - k],
    ]
    stored["contributors"] = world.number(lambda one: one["work"])
    first, second = (world.number(lambda one, s=s: one[s]) for s in ("first", "second"))
    stored["context"] = {
        "segments": {"1": "Part"},
        "other_segments": [],
        "segment_sizes": [[1, world.number(lambda one: not one["left"])]],
        "answered_elsewhere": [[1, "email", first, first], [2, "email", second, second]],
        "followed_elsewhere": [["email", world.number(lambda one: one["followed"])]],
    }
    return stored


def tell_pages(world: Mailed) -> None:
    for did in ("followed", "first", "second", "work"):
        world.page(lambda one, d=did: one[d])
    world.page(lambda one: not one["left"])


def tell_report(world: Mailed) -> None:
    inputs = storage.inputs_from_json(frozen(world))
    told = storage.results_to_json(formulas.compute(inputs))
    width = told.get("rounded_to", 0)
    world.report(counted, told["reach"], width)
    world.report(counted, told["addressed"], width)
    world.report(responded, told["response"]["k"], width)


GROUPS = {
    "off": lambda one: one["off"],
    "left": lambda one: one["left"],
    "answered the second alone": lambda one: (
        responded(one) and one["second"] and not (one["first"] or one["followed"] or one["work"])
    ),
    "sent a work alone": lambda one: (
        responded(one) and not (one["first"] or one["second"] or one["followed"])
    ),
    "did not answer the first": lambda one: responded(one) and not one["first"],
    "did not answer the second": lambda one: responded(one) and not one["second"],
    "followed no link": lambda one: responded(one) and not one["followed"],
    "answered both": lambda one: one["first"] and one["second"],
    "answered and followed": lambda one: one["first"] and one["followed"],
    "did something and are off": lambda one: did_any(one) and one["off"],
    "did nothing": lambda one: counted(one) and not did_any(one),
}
#: What somebody takes for certain who knows the library.
BELIEFS = {
    "nothing": [],
    "nobody switches analytics off": [GROUPS["off"]],
    "nobody leaves": [GROUPS["left"]],
    "neither": [GROUPS["off"], GROUPS["left"]],
    "nobody sends a work": [lambda one: one["work"]],
}


def room(world: Mailed, rows: list[tuple], group) -> tuple[float, float]:
    """The fewest and the most of the group, by these constraints."""
    published = world.published
    published.rows, published.low, published.high = map(list, zip(*rows, strict=True))
    return published.room_of(world.those(group))


def narrow(world: Mailed) -> list[tuple]:
    """Groups of one to four whom the report leaves less room than five, where pages leave more."""
    published = world.published
    tell_pages(world)
    of_pages = len(published.rows)
    tell_report(world)
    told = list(zip(published.rows, published.low, published.high, strict=True))
    found = []
    for belief, nobody in BELIEFS.items():
        if any(world.number(test) for test in nobody):
            continue
        sure = [(world.those(test), 0, 0) for test in nobody]
        for name, group in GROUPS.items():
            if not is_small(world.number(group)):
                continue
            left = room(world, [*told, *sure], group)
            before = room(world, [*told[:of_pages], *sure], group)
            # "Not shown" says of a number itself that it is one to four.
            if left in (before, NOT_SHOWN) or left[1] - left[0] >= SMALLEST_CELL:
                continue
            found.append((belief, name, world.number(group), left))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_a_report_beside_all_that_is_told_of_those_mailed_tells_of_no_few(seed):
    world = Mailed(seed, [60, 187, 400][seed % 3])
    assert narrow(world) == []
