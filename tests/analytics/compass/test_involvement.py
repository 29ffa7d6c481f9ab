"""Who took part in which phase: counted, hidden, or not measured."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from analytics.compass.involvement import InvolvementWay, involvement
from analytics.compass.words.involvement import ShownInvolvement
from campaigns.plan.models import Campaign, PhaseMove
from campaigns.sending.models import Click
from crm.readers.models import Reader
from feedback.surveys.models import Response
from tests.analytics import building as make
from tests.analytics.pages import text
from tests.factories import (
    CallFactory,
    CampusFactory,
    SubmissionFactory,
    SurveyFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db
Phase = Campaign.Phase
TACTICS = make.LAUNCH - timedelta(days=5)
PHASES = [phase.value for phase in Phase]


def move(campaign, before, after, at):
    made = PhaseMove.objects.create(
        campaign=campaign, before=before, after=after, by=campaign.owner
    )
    PhaseMove.objects.filter(pk=made.pk).update(at=at)


@pytest.fixture
def campaign():
    """Prepared 20 days before its launch, in strategy 10, in tactics 5."""
    made = make.campaign()
    move(made, Phase.PREPARE, Phase.STRATEGY, make.LAUNCH - timedelta(days=10))
    move(made, Phase.STRATEGY, Phase.TACTICS, TACTICS)
    move(made, Phase.TACTICS, Phase.PERFORMANCE, make.LAUNCH)
    return made


def answer(survey, readers, at) -> None:
    rows = []
    for reader in readers:
        row = Response(
            survey=survey, reader=reader, answers={}, digest="0" * 64, submitted_at=at, channel=None
        )
        rows.append(row)
    Response.objects.bulk_create(rows)


def column(campaign, way: InvolvementWay) -> list[str]:
    """One way of taking part, phase by phase, as it is printed."""
    with translation.override("en"):
        found = involvement(Campaign.objects.filter(pk=campaign.pk))
        shown = ShownInvolvement.of(found, timezone.now())
        place = list(InvolvementWay).index(way)
        return [cells[place] for _phase, cells in shown.rows]


def test_a13_readers_stand_in_the_phase_in_which_they_took_part(campaign):
    survey = SurveyFactory(campaign=campaign, state="open")
    answer(survey, make.readers(23), make.LAUNCH - timedelta(days=15))
    answer(survey, make.readers(41), make.LAUNCH + timedelta(days=2))
    assert column(campaign, InvolvementWay.ANSWERED) == ["20", "0", "0", "40", "not begun"]


def test_e13_every_phase_is_a_row_and_a_zero_is_visible(campaign):
    make.deliver(make.content(campaign), 60, responded=30)
    assert column(campaign, InvolvementWay.FOLLOWED) == ["0", "0", "0", "30", "not begun"]


def test_what_no_door_records_is_not_measured(campaign):
    for way in InvolvementWay:
        assert set(column(campaign, way)) == {"not measured"}, way
    CallFactory(campaign=campaign, published=True)
    assert column(campaign, InvolvementWay.CONTRIBUTED)[:4] == ["0", "0", "0", "0"]
    assert set(column(campaign, InvolvementWay.CAME)) == {"not measured"}


def test_an_anonymous_survey_records_nobody(campaign):
    SurveyFactory(campaign=campaign, state="open", anonymous=True)
    assert set(column(campaign, InvolvementWay.ANSWERED)) == {"not measured"}


def test_a_reader_counts_once_in_a_cell(campaign):
    call = CallFactory(campaign=campaign, published=True)
    for author in make.readers(12):
        for _work in range(3):
            SubmissionFactory(call=call, author=author, submitted_at=make.LAUNCH, state="submitted")
    assert column(campaign, InvolvementWay.CONTRIBUTED)[3] == "10"


def test_readers_who_switched_analytics_off_are_in_no_cell(campaign):
    readers = make.readers(40)
    for reader in readers:
        VoiceFactory(reader=reader, campaign=campaign, received_at=make.LAUNCH)
    assert column(campaign, InvolvementWay.SPOKE)[3] == "40"
    silent = [reader.pk for reader in readers[:20]]
    Reader.objects.filter(pk__in=silent).update(analytics=False)
    assert column(campaign, InvolvementWay.SPOKE)[3] == "20"


def test_clicks_of_machines_take_no_part(campaign):
    make.deliver(make.content(campaign), 60, responded=40)
    machines = Click.objects.order_by("pk").values("pk")[:20]
    Click.objects.filter(pk__in=machines).update(left_out="robot")
    assert column(campaign, InvolvementWay.FOLLOWED)[3] == "20"


def test_after_closing_is_a_row_of_its_own(campaign):
    survey = SurveyFactory(campaign=campaign, state="open")
    closed = make.LAUNCH + timedelta(days=40)
    Campaign.objects.filter(pk=campaign.pk).update(
        phase=Phase.CLOSED, closed_at=closed, closed_by=campaign.owner
    )
    move(campaign, Phase.PERFORMANCE, Phase.CLOSED, closed)
    answer(survey, make.readers(30), closed + timedelta(days=1))
    assert column(campaign, InvolvementWay.ANSWERED) == ["0", "0", "0", "0", "30"]


def fillings(told: list[str], total: int):
    """Every way to fill a column of known total that prints as ``told``."""
    choices = []
    for cell in told:
        if cell == "not shown":
            choices.append(range(total + 1))
        elif cell == "0":
            choices.append(range(1))
        else:
            choices.append(range(int(cell) - 5, int(cell) + 5))
    *first, last = choices
    for numbers in product(*first):
        rest = total - sum(numbers)
        if rest in last:
            yield [*numbers, rest]


@pytest.mark.parametrize("numbers", [(1, 0, 0, 35), (3, 0, 0, 20), (2, 2, 0, 14), (4, 15, 0, 36)])
def test_few_readers_follow_from_no_other_cell_and_no_total(campaign, numbers):
    survey = SurveyFactory(campaign=campaign, state="open")
    moments = [-15, -7, -3, 2]
    for n, days in zip(numbers, moments, strict=True):
        answer(survey, make.readers(n), make.LAUNCH + timedelta(days=days))

    told = column(campaign, InvolvementWay.ANSWERED)[:4]

    possible = list(fillings(told, sum(numbers)))
    assert list(numbers) in possible
    for place, n in enumerate(numbers):
        if 0 < n < 5:
            seen = {filling[place] for filling in possible}
            assert max(seen) - min(seen) >= 5


def test_the_matrix_takes_as_many_statements_for_three_campaigns_as_for_one():
    taken = set()
    for _more in range(2):
        survey = SurveyFactory(campaign=make.campaign(), state="open")
        answer(survey, make.readers(3), make.LAUNCH)
        with CaptureQueriesContext(connection) as queries:
            involvement(Campaign.objects.all())
        taken.add(len(queries))
    assert taken == {7}


def test_a13_the_room_gets_the_matrix_of_its_campaign(desk, campaign):
    survey = SurveyFactory(campaign=campaign, state="open")
    answer(survey, make.readers(41), make.LAUNCH)
    other = SurveyFactory(campaign=make.campaign(), state="open")
    answer(other, make.readers(90), make.LAUNCH)

    page = text(desk.get(reverse("analytics:campaign-involvement", args=[campaign.pk])))

    assert "answered under a name" in page
    assert "1 campaign, as of" in page
    assert ">40<" in page
    assert "No page records yet who plans or performs with the library." in page
    address = reverse("analytics:loop-involvement")
    assert f'hx-get="{address}"' in text(desk.get(reverse("analytics:loop")))
    assert ">130<" in text(desk.get(address))


def test_staff_of_one_campus_get_no_matrix(desk, manager, campaign):
    manager.campus = CampusFactory()
    manager.save()
    answer = desk.get(reverse("analytics:campaign-involvement", args=[campaign.pk]))
    assert answer.content.decode().strip() == ""
    assert desk.get(reverse("analytics:loop-involvement")).content.decode().strip() == ""
