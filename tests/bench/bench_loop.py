"""The loop in a library of a million readers and ten million activities: one large evaluation
against the same aggregates asked by hand, and a night over twenty campaigns.

Campaigns are made in a transaction that is rolled back, so that nothing of them stays. The owner of
the tables works in it: only the owner may count rows for the planner that nobody else sees yet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from analytics.loop.evaluate import evaluate
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.storage import inputs_from_json
from analytics.loop.tasks import evaluate_ended
from analytics.published.models import Seal
from campaigns.plan.models import Campaign
from core.owner import as_owner
from tests.bench import big, by_hand, mailed
from tests.bench.bench_import import peak_megabytes

ROUNDS = 5
EVALUATED = {"deliveries": 100_000, "clicks": 40_000, "answers": 10_000}
#: Times the aggregates by hand, and megabytes at the peak.
MOST_RATIO, MOST_MEMORY = 3, 300
CAMPAIGNS = 20
OF_A_NIGHT = {"deliveries": 5_000, "clicks": 2_000, "answers": 500}
NIGHT_LIMIT = 40


@contextmanager
def taken_back() -> Iterator[None]:
    """Nothing stays of what is done inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def evaluated(campaign: Campaign) -> tuple[float, Inputs]:
    """Seconds that a first evaluation takes, and what it rests on."""
    with taken_back():
        started = perf_counter()
        evaluation = evaluate(campaign, mailed.AFTER)
        took = perf_counter() - started
        return took, inputs_from_json(evaluation.inputs)


def asked_by_hand(campaign: Campaign) -> tuple[float, dict[str, list[tuple]]]:
    """Seconds of the same aggregates as raw SQL, and the rows of some."""
    with taken_back():
        started = perf_counter()
        found = by_hand.counted(campaign)
        return perf_counter() - started, found


def agree(inputs: Inputs, counted: dict[str, list[tuple]]) -> bool:
    """Whether both counted the same: the mails by what they have in common, and every arm."""
    ours = {
        (cell.channel, cell.segments, cell.state, cell.hour, cell.responded, cell.n)
        for cell in inputs.cells
    }
    theirs = {(channel, tuple(sorted(part)), *rest) for channel, part, *rest in counted["cells"]}
    arms = [
        (one.arm, one.stratum, one.n, one.y, one.yy, one.x, one.xx, one.xy)
        for one in inputs.drawn.cells
    ]
    return ours == theirs and arms == counted["arms"]


def run_evaluation() -> dict:
    """The whole verb: counting, figures, findings, proposals, seal."""
    ours: list[float] = []
    reference: list[float] = []
    with big.library():
        with as_owner(), taken_back():
            (campaign,) = mailed.campaigns(1, **EVALUATED)
            for turn in range(ROUNDS + 1):
                took, inputs = evaluated(campaign)
                by_hand_took, counted = asked_by_hand(campaign)
                assert agree(inputs, counted)
                if turn:
                    ours.append(took)
                    reference.append(by_hand_took)
        memory = peak_megabytes("-m", "tests.bench.one_evaluation")
    return {
        "name": "evaluation",
        "ratio": median(ours) / median(reference),
        "limit": MOST_RATIO,
        "ours": median(ours),
        "reference": median(reference),
        "unit": "s",
        "ok": memory <= MOST_MEMORY,
        "note": "100,000 deliveries in three arms and a holdout, 40,000 clicks, 10,000 answers,"
        " visits corrected by 90 days before, 10 M activities of 1 M readers; peak"
        f" {memory:.0f} MB of {MOST_MEMORY}",
    }


def rows() -> list[int]:
    """How much the loop has written down."""
    return [one.objects.count() for one in (Evaluation, Finding, Adjustment, Seal)]


def night() -> tuple[float, tuple[int, int]]:
    """Seconds of the nightly loop, and how many campaigns it evaluated anew and left alone."""
    started = perf_counter()
    found = evaluate_ended(mailed.AFTER)
    connection.check_constraints()
    return perf_counter() - started, found


def run_loop() -> dict:
    """A night that evaluates everything, and the same night again."""
    with big.library(), as_owner(), taken_back():
        mailed.campaigns(CAMPAIGNS, **OF_A_NIGHT)
        took, first = night()
        once = rows()
        again_took, again = night()
        is_same = rows() == once
    return {
        "name": "loop",
        "ratio": took / NIGHT_LIMIT,
        "limit": 1,
        "ours": took,
        "reference": NIGHT_LIMIT,
        "unit": "s",
        "ok": is_same and first == (CAMPAIGNS, 0) and again == (0, CAMPAIGNS),
        "note": f"{CAMPAIGNS} campaigns of 5,000 deliveries, 2,000 clicks, 500 answers; again:"
        f" {again[0]} new evaluations, {again[1]} unchanged, in {again_took:.1f} s;"
        " 10 M activities of 1 M readers",
    }


RUNS = {"evaluation": run_evaluation, "loop": run_loop}
