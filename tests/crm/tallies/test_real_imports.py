"""Published files of other libraries come in by the door as they are, and add up."""

import pytest
from django.db.models import Sum

from crm.imports.steps import steps_of
from crm.tallies.models import Tally
from tests.crm.tallies.building import counter, imported, uploaded
from tests.data import real_file as real

pytestmark = pytest.mark.django_db
#: {file: (rows refused, {what is counted: what all of it adds up to})}.
FILES = {
    "timberland/Normalized_2021Programs.csv": (0, {"events": 2195, "attendance": 28527}),
    "barnet/loans_barnet.csv": (0, {"loans": 471541}),
    "barnet/physical_visits_newcastle.csv": (0, {"visits": 370828}),
}


def test_files_of_three_libraries_come_in_as_they_are():
    found = {}
    for name in FILES:
        path = real(name)
        batch = imported(path.read_bytes(), name=path.name, source=counter(name))
        sums = Tally.objects.filter(batch=batch).values_list("measure").annotate(Sum("value"))
        found[name] = batch.refused, dict(sums)
    assert found == FILES


def test_what_does_not_say_when_or_how_many_is_asked_about_and_not_guessed():
    asked = {
        "timberland/Normalized_2021ActiveCardholdersbyAge.csv": 2,
        # Neither "About 1000" nor the order of 1/12/2019 is guessed.
        "barnet/validation_membership_fail.csv": 2,
        "imls/pls_fy2016_libraries.csv.gz": 1,
    }
    found = {}
    for name in asked:
        path = real(name)
        batch = uploaded(path.read_bytes(), name=path.name, source=counter(name))
        found[name] = len(steps_of(batch).problems(batch))
    assert found == asked
