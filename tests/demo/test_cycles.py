"""The demonstration's campaigns: the first round is closed, and each kind has its own words."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from analytics.compass.passages import Passage, way_back
from analytics.published.verifying import look_through
from campaigns.plan.models import Campaign
from crm.readers.models import Reader
from crm.segments.refresh import refresh_all_segments
from crm.staff.models import User
from demo import cycles, people, plans, seed, segments, works
from feedback.calls.models import Submission
from feedback.surveys.models import Option
from tests import recorded
from tests.shared import kept, tell_the_planner

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told_once(django_db_setup, django_db_blocker):
    """A small library whose loop has run, built once."""
    yield from kept(django_db_blocker, small_library)


@pytest.fixture
def library(db, told_once):
    """The accounts of the small library, by name."""
    return {user.username: user for user in User.objects.all()}


def small_library() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "READERS", 400)
        users = seed.seed_users()
        people.seed_people()
        recorded.always()
        works.seed_works(users["librarian"])
        segments.seed_segments(users["librarian"])
        refresh_all_segments()
        tell_the_planner()
        list(cycles.seed_cycles(librarian=users["librarian"], manager=users["manager"]))


def test_g1_the_first_round_is_closed_with_a_reflection_and_tells_of_the_whole_way(library):
    spring = Campaign.objects.get(title=plans.SPRING.title)
    moves = list(spring.moves.order_by("at").values_list("after", "at"))
    assert [after for after, _at in moves] == ["strategy", "tactics", "performance", "closed"]
    assert spring.next_time == plans.SPRING.brief.next_time != ""

    evaluation = spring.evaluations.get()
    assert spring.created_at < spring.locked_at < evaluation.computed_at < spring.closed_at
    assert spring.closed_at == moves[-1][1] < spring.next.created_at < spring.next.locked_at

    way = way_back(library["manager"], timezone.now())
    evaluated, whole = way.by(Passage.EVALUATED), way.by(Passage.WHOLE)
    assert (evaluated.arrived, evaluated.waiting) == (5, 0)
    assert evaluated.days < 1
    # The winter's poems and the next workshop are planned, and neither is live.
    assert (whole.arrived, whole.waiting) == (1, 2)
    assert way.by(Passage.LIVE).arrived == 1
    decided, planned = way.by(Passage.DECIDED), way.by(Passage.PLANNED)
    assert decided.days is None or 3 < decided.days < 4
    assert planned.untimed == 0


def test_what_the_made_up_past_published_holds(library):
    assert look_through().breaks == []


def test_each_kind_of_campaign_has_its_own_needs_and_texts(library):
    spring = Campaign.objects.get(title=plans.SPRING.title)
    welcome = Campaign.objects.get(title=plans.WELCOME.title)
    for rows in ("needs", "elements", "goals", "tasks"):
        told = set(getattr(spring, rows).values_list("text", flat=True))
        others = set(getattr(welcome, rows).values_list("text", flat=True))
        assert told, rows
        assert others, rows
        # The survey and its evaluation are the same department's work everywhere.
        assert told & others <= {"问卷与评估"}, rows
    assert spring.tone != welcome.tone
    letter = welcome.contents.get()
    assert "诗" not in letter.subject + letter.body
    options = Option.objects.filter(item__survey__campaign=welcome)
    assert "The poems" not in str(list(options.values_list("text", flat=True)))
    assert letter.links.count() == 3
    assert [one.links.count() for one in spring.contents.all()] == [3, 3, 3]


def test_works_carry_the_dates_of_their_own_story(library):
    today = timezone.localdate()
    for work in Submission.objects.select_related("call"):
        assert work.created_at < work.submitted_at <= work.updated_at
        assert work.updated_at.date() < today
    shown = Submission.objects.filter(state="published")
    assert not shown.exclude(updated_at=F("published_at")).exists()
    terms = set(works.SOLAR_TERMS)
    for work in shown.exclude(pen_name="", title__in=terms):
        at = work.published_at
        assert works.solar_term(at) in work.title
        assert at > timezone.now() - timedelta(days=401)


def test_the_account_and_the_record_of_a_reader_bear_one_name(library):
    seed.give_reader_a_user(library["reader"])
    record = Reader.objects.get(user=library["reader"])
    library["reader"].refresh_from_db()
    assert library["reader"].display_name == record.name != ""
