"""J14. The effect of a campaign on its own listed collection: a loan from it is the outcome."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.loop import storage
from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.figures.shapes import LiftSilence
from campaigns.plan.actions import draft_from
from campaigns.plan.forms import BriefForm
from core.refusals import Refused
from crm.collections.actions import add_collection, drop_collection
from crm.collections.models import ListedLoan
from crm.readers.models import Activity
from crm.sources.models import CoveredSpan
from tests import recorded
from tests.analytics import building as make
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.nothing_recorded]

ITEMS = [f"C{number:07d}" for number in range(200)]


def borrow(collection, readers, day):
    rows = []
    for reader in readers:
        said = {"day": day, "source": "library", "ref": f"b{reader.pk}", "import_run": 1}
        rows.append(ListedLoan(collection=collection, reader=reader, **said))
    ListedLoan.objects.bulk_create(rows)


def test_j14_effect_on_the_lists_loans_with_its_interval(client):
    """200 of 400 who were addressed borrow from the list, 40 of 200 held out do: 30 points."""
    collection = add_collection(name="冬日书单", items=ITEMS, by=None)
    campaign = make.campaign(collection=collection, holdout_percent=33)
    letter = make.content(campaign)
    sent = make.deliver(letter, 400)
    held = make.deliver(letter, 200, state="holdout")
    day = timezone.localdate(make.LAUNCH) + timedelta(days=5)
    borrow(collection, [*sent[:200], *held[:40]], day)
    # Of another time, and of other things: no outcome of this campaign.
    borrow(collection, sent[200:250], timezone.localdate(make.LAUNCH) - timedelta(days=1))
    Activity.objects.bulk_create(
        Activity(
            reader=one, kind="visit", at=make.LAUNCH + timedelta(days=2), source="g", ref=str(n)
        )
        for n, one in enumerate(held)
    )

    # Nobody told of a loan since the list was added: that is no zero.
    recorded.always(["visit"])
    silent = storage.results_from_json(evaluate(campaign, make.AFTER).results)
    assert (silent.lift.value, silent.lift.why) == (None, LiftSilence.NOT_RECORDED)

    recorded.always(["loan"])
    # Loans are told of, by files that were not compared with the list: that is no zero either.
    silent = storage.results_from_json(evaluate(campaign, make.AFTER).results)
    assert silent.lift.value is None

    CoveredSpan.objects.update(compared=[collection.pk])
    found = evaluate(campaign, make.AFTER)
    lift = storage.results_from_json(found.results).lift
    assert lift.says
    assert lift.value == pytest.approx(0.30, abs=0.005)
    assert lift.low < 0.30 < lift.high
    assert recompute(found) == found.results

    client.force_login(UserFactory(role="manager"))
    page = client.get(reverse("analytics:evaluation-detail", args=[found.pk])).content.decode()
    assert "冬日书单" in page
    assert "C000000" not in page


def test_j14_a_campaigns_list_stays_and_goes_into_the_next_round():
    collection = add_collection(name="冬日书单", items=ITEMS, by=None)
    campaign = make.campaign(collection=collection)
    assert "collection" in BriefForm(instance=campaign).fields
    with pytest.raises(Refused):
        drop_collection(collection=collection, by=campaign.owner)
    assert draft_from(campaign=campaign, by=campaign.owner).collection == collection
