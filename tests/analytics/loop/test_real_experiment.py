"""A real mail experiment as one campaign: its rows become readers, places and visits, and the
evaluation says what the rows say. The file lies outside the repository.
"""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.inputs.experiment import HELD_OUT
from analytics.loop.storage import inputs_from_json
from campaigns.experiments.models import Assignment, DrawnArm
from crm.readers.models import Activity
from tests.analytics import building as make
from tests.campaigns.experiments.building import experiment, live
from tests.data import real_file
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ARMS = {"Mens E-Mail": "A", "Womens E-Mail": "B", "No E-Mail": None}


@pytest.fixture(scope="module")
def mails() -> pd.DataFrame:
    """One row a customer; the whole experiment where it is there, else its first 5,000 rows."""
    folder = real_file("hillstrom_sample")
    files = sorted(folder.parent.glob("hillstrom*/*.csv"), key=lambda path: path.stat().st_size)
    rows = pd.read_csv(files[-1])
    # Who bought within three months has a history in the 90 days before the mail.
    rows["before"] = (rows["recency"] <= 3).astype(int)
    return rows


@pytest.fixture
def campaign(mails):
    """The experiment as a campaign of this library, drawn and over."""
    by = UserFactory(role="librarian")
    arms = (("A", "new", 50), ("B", "new", 50))
    made = experiment(by, arms=arms, holdout=33, outcome="visit", smallest_effect=2)
    running = live(made)
    make.content(running)

    of_code = {arm.code: arm for arm in made.arms.all()}
    people = make.readers(len(mails))
    places, visits = [], []
    for person, row in zip(people, mails.itertuples(), strict=True):
        arm = of_code.get(ARMS[row.segment])
        role = getattr(arm, "role", "held_out")
        places.append(
            Assignment(
                experiment=made,
                reader=person,
                arm=arm,
                role=role,
                at=make.LAUNCH,
                identity=f"{row.zip_code}/{row.channel}"[:16],
            )
        )
        if row.visit:
            visits.append((person.pk, "visit", make.LAUNCH + timedelta(days=5), "file", "after"))
        if row.before:
            visits.append((person.pk, "visit", make.LAUNCH - timedelta(days=20), "file", "before"))
    Assignment.objects.bulk_create(places, batch_size=5000)
    Activity.objects.bulk_create(
        (
            Activity(reader_id=reader, kind=kind, at=at, source=source, ref=f"{reader}-{ref}")
            for reader, kind, at, source, ref in visits
        ),
        batch_size=5000,
    )
    for name, code in ARMS.items():
        arm = of_code.get(code)
        n = int((mails["segment"] == name).sum())
        role = getattr(arm, "role", "held_out")
        DrawnArm.objects.create(experiment=made, arm=arm, role=role, n=n, at=make.LAUNCH)
    return running


def cuped(rows: pd.DataFrame, treated: np.ndarray) -> tuple[float, float]:
    """(difference, standard error) by the rows themselves: theta within strata, strata weighted by
    their rows.
    """
    strata = rows["zip_code"].str.cat(rows["channel"], sep="/").str[:16]
    y, x = rows["visit"].to_numpy(float), rows["before"].to_numpy(float)
    within_x = x - pd.Series(x).groupby(strata.to_numpy()).transform("mean").to_numpy()
    within_y = y - pd.Series(y).groupby(strata.to_numpy()).transform("mean").to_numpy()
    left = y - (within_x @ within_y) / (within_x @ within_x) * x
    value = variance = 0.0
    for stratum in strata.unique():
        of = (strata == stratum).to_numpy()
        weight = of.sum() / len(rows)
        ours, theirs = left[of & treated], left[of & ~treated]
        value += weight * (ours.mean() - theirs.mean())
        of_both = ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs)
        variance += weight**2 * of_both
    return value, variance**0.5


def test_j2_a_real_experiment_says_what_its_rows_say(mails, campaign):
    evaluation = evaluate(campaign, make.LAUNCH + timedelta(days=40))
    told = evaluation.results["judgement"]

    drawn = inputs_from_json(evaluation.inputs).drawn
    by_arm = {}
    for cell in drawn.cells:
        n, y, x = by_arm.get(cell.arm, (0, 0, 0))
        by_arm[cell.arm] = (n + cell.n, y + cell.y, x + cell.x)
    for name, code in ARMS.items():
        rows = mails[mails["segment"] == name]
        counted = (len(rows), rows["visit"].sum(), rows["before"].sum())
        assert by_arm[code or HELD_OUT] == counted

    treated = (mails["segment"] != "No E-Mail").to_numpy()
    value, error = cuped(mails, treated)
    shown = told["effect"]["shown"]
    assert told["effect"]["adjusted"]
    assert shown["value"] == pytest.approx(value, abs=1e-9)
    z = stats.norm.ppf(0.975)
    assert shown["low"] == pytest.approx(value - z * error, abs=2e-5)
    assert shown["high"] == pytest.approx(value + z * error, abs=2e-5)
    assert told["effect"]["verdict"] == "good"
    assert told["effect"]["losses"] is None
    assert told["effect"]["before"] > 0.001

    by_code = {arm["arm"]: arm["effect"]["value"] for arm in told["effect"]["arms"]}
    for name, code in (("Mens E-Mail", "A"), ("Womens E-Mail", "B")):
        two = mails["segment"].isin([name, "No E-Mail"])
        expected, _error = cuped(mails[two], (mails[two]["segment"] == name).to_numpy())
        assert by_code[code] == pytest.approx(expected, abs=1e-9)
    assert recompute(evaluation) == evaluation.results


def test_j2_a_response_file_without_a_holdout_gets_no_effect(mails, campaign):
    Assignment.objects.filter(arm=None).delete()

    told = evaluate(campaign, make.LAUNCH + timedelta(days=40)).results

    assert told["lift"]["value"] is None
    assert told["judgement"]["effect"]["verdict"] == "no_holdout"
    assert told["judgement"]["effect"]["shown"]["value"] is None
