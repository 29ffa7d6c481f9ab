"""What the last run of each world gave.

Kept as a file beside the code and not in a table: the figures tell of the code, not of a library,
so they come with it, and a change of them is read like any other change. ``docs/loop.md`` prints
the same figures.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from analytics.worlds.figures import SimulatedFigure

KEPT = Path(__file__).with_name("last_run.json")
DOCUMENT = Path(__file__).parents[2] / "docs" / "loop.md"
#: Between these lines the document's tables are written anew.
START, END = "<!-- figures -->\n", "<!-- end of figures -->\n"


@dataclass(frozen=True)
class KeptFigure:
    """One figure as it is kept: ``limit`` and ``verdict`` as they were printed."""

    case: str
    measure: str
    value: float
    low: float
    high: float
    limit: str
    verdict: str

    @classmethod
    def of(cls, one: SimulatedFigure) -> "KeptFigure":
        """Rounded to four places, so that the file differs only where a figure does."""
        low, high = one.figure.interval
        return cls(
            case=one.case,
            measure=one.measure,
            value=round(one.figure.value, 4),
            low=round(low, 4),
            high=round(high, 4),
            limit=one.limit,
            verdict=one.verdict,
        )


@dataclass(frozen=True)
class LastRun:
    """The figures of one world, played with ``seeds`` seeds from ``first`` on."""

    world: str
    seeds: int
    first: int
    figures: Sequence[KeptFigure]


def keep(world: str, figures: Iterable[SimulatedFigure], *, seeds: int, first: int) -> None:
    """Put one world's figures in place of its last ones, in the file and in the document."""
    # The other worlds stay as they were: to play all of them takes longer than anybody waits.
    runs = {run.world: run for run in last_runs()}
    runs[world] = LastRun(world, seeds, first, list(map(KeptFigure.of, figures)))
    kept = list(map(asdict, runs.values()))
    KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    _write_tables(runs.values())


def _write_tables(runs: Iterable[LastRun]) -> None:
    """The document with these tables between its two lines, and all else as it stands there.
    ValueError where one of the lines is missing.
    """
    before, rest = DOCUMENT.read_text().split(START)
    _old, after = rest.split(END)
    tables = "\n".join(map(table, runs))
    DOCUMENT.write_text(before + START + tables + END + after)


def last_runs() -> list[LastRun]:
    """The last run of every world that was kept, in the order they were kept first."""
    if not KEPT.exists():
        return []
    runs = []
    for kept in json.loads(KEPT.read_text()):
        figures = [KeptFigure(**one) for one in kept["figures"]]
        runs.append(LastRun(kept["world"], kept["seeds"], kept["first"], figures))
    return runs


def table(run: LastRun) -> str:
    """A row for each case and a column for each measure, as Markdown; what falls short is bold."""
    figures = pd.DataFrame(map(asdict, run.figures))
    figures["cell"] = list(map(_cell, run.figures))
    # In the order they were played and printed.
    cases, measures = figures.case.unique(), figures.measure.unique()
    cells = figures.pivot(index="case", columns="measure", values="cell")
    cells = cells.reindex(index=cases, columns=measures).fillna("–")

    last = run.first + run.seeds - 1
    lines = [f"**{run.world}**, seeds {run.first}–{last}\n"]
    lines.append(_row(["case", *measures]))
    lines.append(_row(["---"] * (1 + len(measures))))
    for case, *of_case in cells.itertuples():
        lines.append(_row([case, *of_case]))
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    """One row of a table."""
    return f"| {' | '.join(cells)} |"


def _cell(one: KeptFigure) -> str:
    """A figure with its interval; bold with its own limit where it falls short."""
    printed = f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"
    if one.verdict == "short":
        return f"**{printed}, short of {one.limit}**"
    return printed
