"""What the place of an erased reader keeps is counted in the library's days, as that of others is.

In Shanghai it is a day later than in Greenwich from midnight to eight in the morning.
"""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from analytics.loop.evaluate import evaluate
from analytics.loop.storage import inputs_from_json
from campaigns.experiments.models import Assignment
from campaigns.plan.models import Campaign
from crm.collections.models import LEAST_ITEMS, ListedCollection, ListedLoan
from crm.privacy.actions import erase
from tests import factories, recorded
from tests.analytics import building as make
from tests.campaigns.experiments.building import experiment, live

pytestmark = pytest.mark.django_db
#: An hour after midnight, which in Greenwich is the day before.
AT = timezone.make_aware(datetime(2026, 3, 2, 1))
SINCE = date(2026, 1, 10)
#: Early in the morning of the day since which there was no visit.
FIRST_MORNING = timezone.make_aware(datetime(2026, 1, 10, 1))


@pytest.fixture
def librarian():
    return factories.UserFactory(role="librarian")


def placed(made, reader) -> Assignment:
    """The reader's place, drawn an hour after midnight."""
    arm = made.arms.get(code="A")
    return Assignment.objects.create(
        experiment=made, reader=reader, arm=arm, role=arm.role, at=AT, identity=reader.kind
    )


def kept_of(place: Assignment, reader, librarian) -> int | None:
    """What the place keeps once the reader is erased."""
    erase(reader=reader, reason="asked-desk", by=librarian)
    return Assignment.objects.get(pk=place.pk).outcome_so_far


def test_j1_listed_loans_of_the_erased_count_by_the_librarys_days(librarian):
    collection = ListedCollection.objects.create(name="书单", items=LEAST_ITEMS)
    made = experiment(librarian, holdout=0, outcome="listed_loan", window_days=10)
    Campaign.objects.filter(pk=made.campaign_id).update(collection=collection)
    reader = factories.ReaderFactory()
    place = placed(made, reader)
    # Two on the day before, one on the first day of the window and one on its last.
    for ref, after in enumerate((-1, -1, 0, 9)):
        ListedLoan.objects.create(
            collection=collection,
            reader=reader,
            day=timezone.localdate(AT) + timedelta(days=after),
            source="library",
            ref=f"loan-{ref}",
            import_run=1,
        )
    assert kept_of(place, reader, librarian) == 2


def test_j1_a_visit_on_the_morning_of_the_named_day_is_no_first_visit_of_the_erased(librarian):
    made = experiment(librarian, holdout=0, outcome="first_visit", first_since=SINCE, adjusts=False)
    reader = factories.ReaderFactory()
    place = placed(made, reader)
    make.visit([reader], at=FIRST_MORNING)
    make.visit([reader], at=AT + timedelta(days=1))
    assert kept_of(place, reader, librarian) is None


def test_j1_nor_of_those_who_are_still_there(librarian):
    recorded.always()
    made = experiment(librarian, holdout=0, outcome="first_visit", first_since=SINCE, adjusts=False)
    campaign = live(made)
    make.content(campaign)
    readers = make.readers(2)
    for reader in readers:
        placed(made, reader)
    make.visit(readers[:1], at=FIRST_MORNING)
    make.visit(readers, at=AT + timedelta(days=1))

    found = inputs_from_json(evaluate(campaign, AT + timedelta(days=60)).inputs)

    assert [(cell.n, cell.y) for cell in found.drawn.cells] == [(1, 1)]
