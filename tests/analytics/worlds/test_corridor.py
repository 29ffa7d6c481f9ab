"""The worlds through the whole corridor: rows in the database give the same conclusions and
proposals as the pure functions do on the world's own counts.
"""

from datetime import timedelta

import numpy as np
import pytest

from analytics.loop.evaluate import evaluate
from analytics.loop.storage import inputs_from_json, subject_to_text
from analytics.worlds.concluding import conclude
from analytics.worlds.readers import OPEN, PLANNED_HOUR, Played, Truth, arm_codes, inputs_of
from campaigns.experiments.models import Assignment, DrawnArm
from campaigns.plan.models import Channel, ChannelPlan
from campaigns.sending.models import Click, Delivery
from tests import factories
from tests.analytics import building as make

pytestmark = pytest.mark.django_db
#: Ten in the morning by the library's clock is the planned hour of every world.
LAUNCH = make.LAUNCH
WORLDS = {
    "null": Truth(readers=500),
    "harm": Truth(readers=500, effect=-0.18),
    "good": Truth(readers=4000, effect=0.25, segment_effects=(0.0,) * 5 + (0.4,)),
    "arms": Truth(readers=800, arm_effects=(0.3,)),
    "channels": Truth(readers=500, open_rates=(1.0, 5.0)),
}


class Corridor:
    """A world's campaign as rows: readers drawn, mailed, answering, coming."""

    def __init__(self, played: Played):
        self.played = played
        truth = played.truth
        self.segments = [
            factories.SegmentFactory(name=f"segment {place + 1}", refreshed_at=LAUNCH)
            for place in range(len(truth.segment_effects))
        ]
        self.campaign = self.planned(truth)
        self.letter = make.content(self.campaign)
        self.people = make.readers(truth.readers)
        self.assign()
        self.deliver()
        self.join()
        self.come()
        self.follow()

    def planned(self, truth: Truth):
        shares = {"email": 100}
        if truth.open_rates:
            each = 60 // len(truth.open_rates)
            shares = {"email": 100 - each * len(truth.open_rates)}
            shares |= dict.fromkeys(OPEN[: len(truth.open_rates)], each)
        campaign = factories.CampaignFactory(
            holdout_percent=truth.holdout_percent, send_hour=PLANNED_HOUR
        )
        campaign.segments.set(self.segments[: truth.addressed])
        for code, share in shares.items():
            channel = Channel.objects.get(code=code)
            ChannelPlan.objects.create(campaign=campaign, channel=channel, share=share)
        self.experiment = factories.ExperimentFactory(
            campaign=campaign, outcome="visit", smallest_effect=3, window_days=28, adjusts=False
        )
        codes = arm_codes(truth)
        self.arms = {}
        for place, code in enumerate(codes):
            role = "new" if place else "as_before"
            self.arms[code] = factories.ArmFactory(
                experiment=self.experiment,
                code=code[:4],
                label=code,
                role=role,
                weight=100 // len(codes),
            )
        return make.go_live(campaign)

    def assign(self):
        places = []
        for person, code in zip(self.people, self.played.arm, strict=True):
            arm = self.arms.get(code)
            places.append(
                Assignment(
                    experiment=self.experiment,
                    reader=person,
                    arm=arm,
                    role=getattr(arm, "role", "held_out"),
                    at=LAUNCH,
                    identity="student",
                )
            )
        Assignment.objects.bulk_create(places)
        for code in np.unique(self.played.arm):
            arm = self.arms.get(code)
            n = int((self.played.arm == code).sum())
            role = getattr(arm, "role", "held_out")
            DrawnArm.objects.create(experiment=self.experiment, arm=arm, role=role, n=n, at=LAUNCH)

    def deliver(self):
        addressed = self.segments[: self.played.truth.addressed]
        rows = []
        for place, person in enumerate(self.people):
            mailed = self.played.arm[place] in self.arms
            hour = int(self.played.hour[place])
            ids = [
                s.pk
                for s, is_in in zip(addressed, self.played.members[place], strict=False)
                if is_in
            ]
            rows.append(
                Delivery(
                    content=self.letter,
                    reader=person,
                    state="sent" if mailed else "holdout",
                    due_at=LAUNCH,
                    sent_at=LAUNCH + timedelta(hours=hour - PLANNED_HOUR) if mailed else None,
                    clicked_at=LAUNCH if self.played.responded[place] else None,
                    segment_ids=ids,
                )
            )
        self.rows = Delivery.objects.bulk_create(rows)

    def join(self):
        for place, segment in enumerate(self.segments):
            inside = [
                person
                for person, is_in in zip(self.people, self.played.members[:, place], strict=True)
                if is_in
            ]
            make.join(segment, inside)
            # A world's segments are twice as large as what of them was addressed.
            segment.size = 2 * len(inside)
            segment.save()

    def come(self):
        came = [p for p, did in zip(self.people, self.played.outcome, strict=True) if did]
        make.visit(came)

    def follow(self):
        link = make.follow(self.campaign, "email", content=self.letter)
        Click.objects.bulk_create(
            Click(link=link, delivery=row, at=LAUNCH + timedelta(days=1), ref=f"world-{row.pk}")
            for row, did in zip(self.rows, self.played.responded, strict=True)
            if did
        )


def told(proposals):
    """What is proposed, without the names of rows."""
    found = []
    for kind, target, after, expected in proposals:
        kept = target.split(":")[0]
        found.append((str(kind), kept, after, expected and round(expected, 6)))
    return sorted(found, key=str)


@pytest.mark.parametrize("name", list(WORLDS))
def test_j2_rows_and_pure_functions_propose_the_same(name):
    played = Played(WORLDS[name], np.random.default_rng(7))
    pure = inputs_of(played)
    corridor = Corridor(played)
    for links in pure.open_links:
        make.follow(corridor.campaign, links.channel, links.clicks)

    evaluation = evaluate(corridor.campaign, LAUNCH + timedelta(days=40))

    concluded = conclude(pure)
    effect = evaluation.results["judgement"]["effect"]
    assert effect["verdict"] == concluded.verdict
    assert effect["shown"]["value"] == concluded.results.judgement.effect.shown.value
    compared = evaluation.results["judgement"]["compared"]
    assert compared == concluded.results.judgement.compared
    counted = inputs_from_json(evaluation.inputs).drawn
    assert evaluation.results.get("rounded_to", 0) == concluded.results.width
    assert [cell.moments for cell in counted.cells] == [c.moments for c in pure.drawn.cells]
    rows = evaluation.adjustments.values_list("kind", "target", "after", "expected")
    proposals = [
        (one.kind, subject_to_text(one.target), one.after, one.promise.value)
        for one in concluded.proposals
    ]
    assert told(rows) == told(proposals)
    assert bool(proposals) == (name != "null")
