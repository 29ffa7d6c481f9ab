"""What an evaluation reads of the database grows with the readers it is about and no faster,
whatever the planner takes their number for.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from analytics.loop.inputs import freeze
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from tests.analytics import building as make
from tests.analytics.loop.test_assigned import DRAWN, place, planned
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
AFTER = DRAWN + timedelta(days=40)
FEW, MANY = 30, 120
#: Four times the readers, in a library that has five times as many by then. Looked up one by one
#: they cost four times as much, and more where the planner takes the other of two like indexes;
#: gone through for each of them, twenty times.
AT_MOST = 15
#: A planner that has only this left goes through one thing for each row of another, as it does
#: where it takes that other for a single row.
ROW_BY_ROW = ("hashjoin", "mergejoin", "seqscan", "memoize")


def mail(letter, people) -> None:
    """Each of them was sent it two days after the draw."""
    at = DRAWN + timedelta(days=2)
    Delivery.objects.bulk_create(
        Delivery(content=letter, reader=person, state="sent", due_at=at, sent_at=at)
        for person in people
    )


def experimented(n: int, **promised) -> Campaign:
    """A campaign that drew ``n`` readers by its experiment: ``promised`` says what it named."""
    made, letter = planned(UserFactory(role="librarian"), **promised)
    among(letter, place(made, letter, "A", n, came=n // 2, before=n // 3))
    return letter.campaign


def simple(n: int) -> Campaign:
    """One without an experiment, that sent to ``n`` readers and held some of them out."""
    letter = make.content(make.campaign())
    held = make.deliver(letter, n // 3, state="holdout")
    among(letter, [*make.deliver(letter, n, responded=n // 2), *held])
    return letter.campaign


def among(letter, people) -> None:
    """As many others did the same, and mails, clicks and segments were about everybody."""
    others = make.readers(3 * len(people))
    make.visit([*people, *others], at=DRAWN + timedelta(days=4))
    make.visit([*people, *others], at=DRAWN - timedelta(days=10))
    mail(make.content(make.campaign(title="Another")), [*people, *others])
    make.join(make.segment(f"Unchosen {letter.pk}"), [*people, *others])


def nodes(plan: dict) -> Iterator[dict]:
    """Every step of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def rows_read(told: list | str) -> float:
    """How many rows all steps of an explained statement gave or threw away."""
    if isinstance(told, str):
        told = json.loads(told)
    read = 0
    for step in nodes(told[0]["Plan"]):
        removed = sum(n for name, n in step.items() if name.startswith("Rows Removed by"))
        read += (step["Actual Rows"] + removed) * step["Actual Loops"]
    return read


class Explained:
    """``rows``: (end of a statement, rows it read) of everything asked while it is in place."""

    def __init__(self):
        self.rows: list[tuple[str, float]] = []

    def __call__(self, execute, sql, params, many, context):
        """Explain a statement, then run it: its tables may be gone when it has been."""
        asked = sql.lstrip().removeprefix("CREATE TEMP TABLE")
        if asked != sql.lstrip():
            asked = asked.partition(" AS ")[2].lstrip()
        if asked.startswith(("WITH", "SELECT")):
            execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked}", params, many, context)
            (told,) = context["cursor"].fetchone()
            self.rows.append((sql[-300:], rows_read(told)))
        return execute(sql, params, many, context)


def effort(campaign: Campaign) -> list[tuple[str, float]]:
    """(end of a statement, rows it read) of everything an evaluation counts."""
    explained = Explained()
    with connection.execute_wrapper(explained):
        freeze(campaign, AFTER, ())
    return explained.rows


@pytest.mark.parametrize(
    "make_one",
    [
        simple,
        experimented,
        lambda n: experimented(
            n,
            outcome="first_visit",
            adjusts=False,
            first_since=(DRAWN - timedelta(days=365)).date(),
        ),
    ],
    ids=["without an experiment", "visit", "first visit"],
)
def test_j1_four_times_the_readers_are_four_times_the_rows_read(make_one):
    with connection.cursor() as cursor:
        for way in ROW_BY_ROW:
            cursor.execute(f"SET LOCAL enable_{way} = off")

    by_few = effort(make_one(FEW))
    by_many = effort(make_one(MANY))

    # As many statements, whoever the campaign is about.
    assert len(by_few) == len(by_many)
    too_much = [
        (statement, before, read)
        for (_same, before), (statement, read) in zip(by_few, by_many, strict=True)
        if read > AT_MOST * before + MANY
    ]
    assert not too_much
