"""Many readers at one survey: 3,000 through 60 connections that are kept, 3,000 connections at once
from one address, and readers who send while Valkey is frozen.
"""

import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

from feedback.surveys.models import Response, Survey
from tests import servers
from tests.bench import door
from tests.bench.bench_survey import Visitor, ten_questions

CLIENTS, CONNECTIONS = 3_000, 60
P99_LIMIT = 1.0
ROUNDS, FROZEN_SECONDS, FROZEN_LIMIT = 5, 4, 1.2


def p99(took: list[float]) -> float:
    """Seconds within which 99 of 100 were done."""
    return quantiles(took, n=100)[98]


def stored(survey: Survey) -> int:
    return Response.objects.filter(survey=survey).count()


# --- through connections that are kept ------------------------------------------------------------
async def through_kept_connections(port: int, path: str, took: list[float]) -> None:
    """CLIENTS readers share CONNECTIONS: each reads and sends, then the next has its turn."""

    async def connection() -> None:
        visitor = Visitor(port, took)
        for _client in range(CLIENTS // CONNECTIONS):
            await visitor.answer(path)

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))


def run_crowd() -> dict:
    """p99 of a request in seconds; every answer is stored."""
    survey = ten_questions()
    took: list[float] = []
    with door.portal() as portal:
        started = time.perf_counter()
        asyncio.run(through_kept_connections(portal.port, survey.public_url, took))
        seconds = time.perf_counter() - started
    kept = stored(survey)
    return {
        "name": "crowd",
        "ratio": p99(took) / P99_LIMIT,
        "limit": 1,
        "ok": kept == CLIENTS,
        "ours": p99(took),
        "reference": P99_LIMIT,
        "unit": "s p99",
        "note": f"{CLIENTS:,} readers, GET + POST of 10 questions each, through {CONNECTIONS} keep-alive connections "
        f"in {seconds:.1f} s, longest request {max(took):.2f} s; {kept:,} answers stored; {portal.what}",
    }


# --- all at once ----------------------------------------------------------------------------------
async def all_at_once(port: int, path: str, took: list[float]) -> Counter:
    """What became of CLIENTS readers with a connection each: "answered", or what went wrong."""

    async def reader() -> str:
        try:
            await Visitor(port, took).answer(path)
        except (OSError, EOFError, AssertionError) as fault:
            return f"{type(fault).__name__} {str(fault)[:80]}"
        return "answered"

    return Counter(await asyncio.gather(*(reader() for _ in range(CLIENTS))))


def run_rush() -> dict:
    """Readers refused, and answers acknowledged but not stored."""
    survey = ten_questions()
    took: list[float] = []
    with door.portal() as portal:
        started = time.perf_counter()
        outcome = asyncio.run(all_at_once(portal.port, survey.public_url, took))
        seconds = time.perf_counter() - started
    answered = outcome.pop("answered", 0)
    refused, lost = CLIENTS - answered, answered - stored(survey)
    wrong = f" ({outcome})" if outcome else ""
    return {
        "name": "rush",
        "ratio": (refused + lost) / CLIENTS,
        "limit": 0,
        "ours": refused + lost,
        "reference": CLIENTS,
        "unit": "readers",
        "note": f"{CLIENTS:,} connections at once from one address, GET + POST of 10 questions each: {refused} refused, "
        f"{lost} lost, in {seconds:.1f} s, half of the requests within {median(took):.1f} s{wrong}; {portal.what}",
    }


# --- while Valkey is frozen -----------------------------------------------------------------------
class Sender(Visitor):
    """A reader of whom only the sending is timed."""

    def __init__(self, port: int, sent: list[float]):
        super().__init__(port, [])
        self.sent = sent

    async def ask(self, method: str, *arguments, **options):
        answer = await super().ask(method, *arguments, **options)
        if method == "POST":
            self.sent.append(self.took[-1])
        return answer


async def sending(port: int, path: str, seconds: float) -> list[float]:
    """How long each answer took to send, of CONNECTIONS readers for so many seconds."""
    sent: list[float] = []
    end = time.perf_counter() + seconds

    async def reader() -> None:
        sender = Sender(port, sent)
        while time.perf_counter() < end:
            await sender.answer(path)

    await asyncio.gather(*(reader() for _ in range(CONNECTIONS)))
    return sent


def run_frozen() -> dict:
    """p99 of sending while Valkey is frozen ÷ while it is alive, in turns."""
    survey = ten_questions()
    alive, frozen = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.valkey(Path(folder)) as broker,
        door.portal(REDIS_URL=broker.url()) as portal,
    ):

        def one_round(seconds: float) -> float:
            return p99(asyncio.run(sending(portal.port, survey.public_url, seconds)))

        one_round(1)
        for _round in range(ROUNDS):
            alive.append(one_round(FROZEN_SECONDS))
            broker.freeze()
            frozen.append(one_round(FROZEN_SECONDS))
            broker.thaw()
    return {
        "name": "frozen",
        "ratio": median(frozen) / median(alive),
        "limit": FROZEN_LIMIT,
        "ours": median(frozen) * 1000,
        "reference": median(alive) * 1000,
        "unit": "ms p99",
        "note": f"sending 10 answers while Valkey is frozen (SIGSTOP) ÷ while it is alive, {CONNECTIONS} clients; "
        f"{stored(survey)} answers stored; {portal.what}",
    }


RUNS = {"crowd": run_crowd, "rush": run_rush, "frozen": run_frozen}
