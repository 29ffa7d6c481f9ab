"""03/04/2026: the order of day and month is told by all dates of a file of counts, else asked."""

import pytest
from django.urls import reverse

from crm.imports.models import ImportBatch
from crm.tallies.options import CountOptions
from crm.tallies.questions import open_questions
from tests.crm.tallies.building import told, uploaded

SHORT = "Date,Visits\n03/04/2026,100\n05/04/2026,101\n06/04/2026,102\n"
PERIODS = "From,Until,Visits\n01/02/2026,07/02/2026,100\n08/02/2026,{},101\n"


def questions_on(text, **asked) -> list[str]:
    found = told(text, **asked)
    return list(open_questions(found.looked, found.mapping, CountOptions(**asked)))


@pytest.mark.parametrize("sign", ["/", "-", "."])
def test_dates_that_could_all_be_read_two_ways_are_asked_and_not_refused(sign):
    text = SHORT.replace("/", sign)
    (asked,) = questions_on(text)
    assert f"03{sign}04{sign}2026" in asked
    for order, day in (("dmy", "2026-04-05"), ("mdy", "2026-05-04")):
        assert questions_on(text, date_order=order) == []
        found = told(text, date_order=order)
        assert (found.number(day=day), found.reasons) == (101, {})


@pytest.mark.parametrize(
    "text",
    [
        SHORT + "25/04/2026,7\n",
        "Date,Visits\n03/03/2026,5\n04/04/2026,6\n",
        "Date,Visits\n2026-03-04,5\n",
        "Month,Visits\n03/2026,5\n04/2026,6\n",
        "Date,Visits\n3-Apr-2026,5\n",
    ],
)
def test_dates_that_tell_their_order_are_not_asked(text):
    assert questions_on(text) == []


def test_times_and_short_years_are_asked_as_well():
    for cells in (["03/04/2026 09:00", "03/04/2026 10:00"], ["03/04/05"], ["01/02/2026"]):
        text = "\n".join(["Date,Visits", *(f"{cell},1" for cell in cells)])
        (asked,) = questions_on(text)
        assert cells[0] in asked


def test_last_days_tell_the_order_of_first_days():
    assert questions_on(PERIODS.format("14/02/2026")) == []
    found = told(PERIODS.format("14/02/2026"))
    lasts = {thing[2].isoformat() for thing in found.collected.sums}
    assert lasts == {"2026-02-07", "2026-02-14"}
    assert len(questions_on(PERIODS.format("12/02/2026"))) == 1


@pytest.mark.django_db
def test_the_order_is_chosen_on_the_page(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    batch = uploaded(SHORT)
    page = reverse("crm:tally-import-map", args=[batch.pk])
    sent = {"c0": "period", "c1": "visits", "measure": "visits", "new_source": "Counter"}
    answer = client.post(page, sent)
    assert "day, month and year cannot be told apart" in answer.content.decode()
    answer = client.post(page, sent | {"date_order": "mdy"})
    assert answer.url == reverse("crm:tally-import-preview", args=[batch.pk])
    html = client.get(answer.url).content.decode()
    assert "Import 3 new numbers and 0 changed ones" in " ".join(html.split())
    assert ImportBatch.objects.get().options["date_order"] == "mdy"
