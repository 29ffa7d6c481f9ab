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
    WindowProgress,
)


def promised_to_json(promised: Promised) -> dict:
    """Everything by its name; arms and guardrails as lists."""
    return asdict(promised) | {
        "arms": list(map(asdict, promised.arms)),
        "guardrails": list(map(asdict, promised.guardrails)),
    }


def promised_from_json(stored: dict) -> Promised:
    """What was named, again. TypeError for a key that nobody wrote."""
    arms = tuple(PlannedArm(**arm) for arm in stored["arms"])
    guardrails = tuple(PlannedGuardrail(**one) for one in stored["guardrails"])
    return Promised(**(stored | {"arms": arms, "guardrails": guardrails}))


def drawn_to_json(drawn: Drawn) -> dict:
    """Counted rows as lists without names, as the other counts of the inputs are."""
    answered = []
    for cell in drawn.answered:
        segments, *rest = astuple(cell)
        answered.append([list(segments), *rest])
    return {
        "cells": list(map(list, map(astuple, drawn.cells))),
        "arms": list(map(list, map(astuple, drawn.arms))),
        "answered": answered,
        "guarded": list(map(list, map(astuple, drawn.guarded))),
    }


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
    )
