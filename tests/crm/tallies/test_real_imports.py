"""Published files of other libraries come in by the door as they are, and add up."""

import pytest
from django.db.models import Sum

from crm.imports import load
from crm.tallies.models import Tally
from tests.crm.tallies.building import counter, imported, uploaded
from tests.data import real_file as real

pytestmark = pytest.mark.django_db
#: {file: (rows refused, {what is counted: what all of it adds up to})}.
FILES = {
    "timberland/Normalized_2021Programs.csv": (0, {"events": 2195, "attendance": 28527}),
    "barnet/events_barnet.csv": (5, {"events": 4307}),
    "barnet/loans_barnet.csv": (0, {}),
    "barnet/physical_visits_newcastle.csv": (0, {}),
}


def test_files_of_three_libraries_come_in_without_a_word_and_go_again():
    found = {}
    for name in FILES:
        path = real(name)
        batch = imported(path.read_bytes(), name=path.name, source=counter(name))
        sums = Tally.objects.filter(batch=batch).values_list("measure").annotate(Sum("value"))
        found[name] = batch.refused, dict(sums)
        assert batch.state == "done"
        assert load.preview(uploaded(path.read_bytes(), name=path.name, source=counter(name)))
    print(found)
    assert False
