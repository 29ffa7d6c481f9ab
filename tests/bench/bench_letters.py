"""2,000 single letters under every fault at once: how many are lost, and how many come twice."""

import tempfile
from pathlib import Path

from tests import sink as sinks
from tests.crm.letters import storm

LETTERS, KILLS = 2000, 12


def run() -> dict:
    """Letters lost or doubled ÷ letters; every one in doubt is a row that says so."""
    with tempfile.TemporaryDirectory() as folder, sinks.running() as sink:
        outcome = storm.break_everything(
            Path(folder), sink, letters=LETTERS, kills=KILLS, say=lambda line: print(f"      {line}", flush=True)
        )  # fmt: skip
    wrong = outcome.lost + outcome.extra
    others = len(outcome.faults) - KILLS
    return {
        "name": "letters",
        "ratio": wrong / LETTERS,
        "limit": 0,
        "ok": set(outcome.states) <= {"sent", "unknown"},
        "ours": wrong,
        "reference": LETTERS,
        "unit": "letters",
        "note": f"single letters under {KILLS} kills -9 and {others} other faults (broker wiped, PostgreSQL crashed, "
        f"disk full, mail server frozen three ways): {outcome.lost} lost, {outcome.extra} extra, {outcome.unknown} "
        f"unknown and shown, in {outcome.seconds:.0f} s",
    }


RUNS = {"letters": run}
