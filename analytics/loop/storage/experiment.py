"""What was named before the launch and what was counted of it, as JSON."""

from dataclasses import asdict, astuple
from itertools import starmap

from analytics.loop.inputs.experiment import (
    AnsweredCell,
    ArmCell,
    ArmDrawn,
    Drawn,
    Guarded,
    PlannedArm,
    PlannedGuardrail,
    Promised,
    SecondaryCells,
    WindowProgress,
)

#: Stored only of campaigns that named such outcomes.
SECONDARY = "secondary"


def promised_to_json(promised: Promised) -> dict:
    """Everything by its name; arms, guardrails and secondary outcomes as lists, the last only where
    there are any.
    """
    stored = asdict(promised) | {
        "arms": list(map(asdict, promised.arms)),
        "guardrails": list(map(asdict, promised.guardrails)),
        SECONDARY: list(promised.secondary),
    }
    if not promised.secondary:
        del stored[SECONDARY]
    return stored


def promised_from_json(stored: dict) -> Promised:
    """What was named, again. TypeError for a key that nobody wrote."""
    arms = tuple(PlannedArm(**arm) for arm in stored["arms"])
    guardrails = tuple(PlannedGuardrail(**one) for one in stored["guardrails"])
    lists = {"arms": arms, "guardrails": guardrails, SECONDARY: tuple(stored.get(SECONDARY, ()))}
    return Promised(**(stored | lists))


def drawn_to_json(drawn: Drawn) -> dict:
    """Counted rows as lists without names, as the other counts of the inputs are."""
    answered = []
    for cell in drawn.answered:
        segments, *rest = astuple(cell)
        answered.append([list(segments), *rest])
    stored = {
        "cells": list(map(_cell_to_json, drawn.cells)),
        "arms": list(map(list, map(astuple, drawn.arms))),
        "answered": answered,
        "guarded": list(map(list, map(astuple, drawn.guarded))),
    }
    if drawn.secondary:
        stored[SECONDARY] = list(map(_secondary_to_json, drawn.secondary))
    return stored


def _secondary_to_json(one: SecondaryCells) -> dict:
    """A secondary outcome with its rows of sums."""
    return {
        "outcome": one.outcome,
        "recorded": one.is_recorded,
        "cells": list(map(_cell_to_json, one.cells)),
    }


def _secondary_from_json(stored: dict) -> SecondaryCells:
    """The secondary outcome again."""
    cells = tuple(starmap(ArmCell, stored["cells"]))
    return SecondaryCells(stored["outcome"], stored["recorded"], cells)


def _cell_to_json(cell: ArmCell) -> list:
    """A row of sums; how many did it stands only where the sums do not say it."""
    row = list(astuple(cell))
    if cell.did is None:
        row.pop()
    return row


def drawn_from_json(stored: dict, progress: list[int]) -> Drawn:
    """The counts again with the days of the window, [passed, all]; TypeError where a row has
    another number of places.
    """
    answered = []
    for segments, *rest in stored["answered"]:
        answered.append(AnsweredCell(tuple(segments), *rest))
    return Drawn(
        cells=tuple(starmap(ArmCell, stored["cells"])),
        arms=tuple(starmap(ArmDrawn, stored["arms"])),
        answered=tuple(answered),
        progress=WindowProgress(*progress),
        guarded=tuple(starmap(Guarded, stored.get("guarded", []))),
        secondary=tuple(map(_secondary_from_json, stored.get(SECONDARY, []))),
    )
