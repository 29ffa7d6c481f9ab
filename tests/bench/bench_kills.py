"""100,000 mails of a campaign and 2,000 single letters under every fault at once."""

import os
import tempfile
from pathlib import Path

from tests import sink as sinks
from tests.crm.letters import storm

MAILS = int(os.environ.get("BENCH_MAILS", 100_000))
LETTERS = int(os.environ.get("BENCH_LETTERS", 2_000))
KILLS = 12
#: At which moments of the run the faults come.
SEED = int(os.environ.get("BENCH_SEED", 57))


class Addresses(sinks.Sink):
    """Keeps who got something, and not 100,000 texts."""

    def keep(self, address: str, message: bytes) -> None:
        super().keep(address, b"")


def run() -> dict:
    """Mails lost, doubled or in doubt without anybody seeing it ÷ mails."""
    with tempfile.TemporaryDirectory() as folder, sinks.running(Addresses) as sink:
        outcome = storm.break_everything(
            Path(folder), sink, letters=LETTERS, mails=MAILS, kills=KILLS, seed=SEED,
            say=lambda line: print(f"      {line}", flush=True),
        )  # fmt: skip
    everything = MAILS + LETTERS
    wrong = outcome.lost + outcome.extra + abs(outcome.unknown - outcome.shown)
    others = len(outcome.faults) - KILLS
    return {
        "name": "kills",
        "ratio": wrong / everything,
        "limit": 0,
        "ok": set(outcome.states) <= {"sent", "unknown"} and len(outcome.rows) == everything,
        "ours": wrong,
        "reference": everything,
        "unit": "mails",
        "note": f"{MAILS:,} mails and {LETTERS:,} letters, {KILLS} kills -9 at random moments and {others} other faults "
        f"(broker wiped, PostgreSQL crashed, disk full, mail server frozen three ways): {outcome.states['sent']:,} sent, "
        f"{outcome.lost} lost, {outcome.extra} extra, {outcome.unknown} unknown of which the desk lists {outcome.shown}, "
        f"in {outcome.seconds:.0f} s",
    }


RUNS = {"kills": run}
