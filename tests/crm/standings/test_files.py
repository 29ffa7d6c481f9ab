"""Files of readers say from when and until when somebody is what they are (I1)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.imports.load import preview
from crm.imports.undoing import undo
from crm.imports.words import changes_in_words, days_in_words
from crm.readers.models import Reader
from crm.segments.refresh import refresh_all_segments
from crm.staff.models import AuditEvent
from crm.standings.actions import add_standing, change_standing
from crm.standings.models import Standing
from crm.standings.nightly import run_night
from tests.crm.imports.building import batch_of, counts, imported
from tests.factories import SegmentFactory, UserFactory

pytestmark = pytest.mark.django_db

HEADER = "读者号,姓名,读者类型,入学年份,有效期至\n"
MAPPING = {
    "number": "读者号",
    "name": "姓名",
    "kind": "读者类型",
    "cohort": "入学年份",
    "expires_on": "有效期至",
}


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def brought(*rows: str, **more):
    text = HEADER + "\n".join(rows) + "\n"
    return imported(text, mapping=MAPPING, **more)


def told(number="A1") -> tuple[str, str, str]:
    return Reader.objects.values_list("kind", "stage", "state").get(number=number)


def days_of(number="A1") -> list[tuple]:
    found = Standing.objects.filter(reader__number=number).order_by("starts_on")
    return list(found.values_list("kind", "starts_on", "ends_on"))


def members(segment) -> set[str]:
    return set(segment.members.values_list("reader__number", flat=True))


def state() -> list:
    """Everything that such files write; what moved a row on which day is the night's."""
    standings = Standing.objects.order_by("pk").values(
        "pk", "reader", "kind", "starts_on", "ends_on", "then", "source", "import_run", "by"
    )
    return [list(Reader.objects.order_by("pk").values()), list(standings)]


def test_i1_valid_until_tomorrow_and_the_night_after_moves_them_and_the_segments():
    """Before, the day was read on the day of the import and forgotten."""
    year = timezone.localdate().year
    batch = brought(
        f"A1,李雷,本科生,{year - 4},{day(1)}", f"A2,Ann,访客,,{day(1)}", f"A3,Bo,教师,,{day(900)}"
    )
    graduated = SegmentFactory(rule={"test": "stage", "in": ["graduated"]})
    students = SegmentFactory(rule={"test": "kind", "in": ["undergraduate"]})

    run_night(day=day(1))
    refresh_all_segments()
    assert (told("A1"), told("A2")) == (
        ("undergraduate", "final", "active"),
        ("visitor", "", "active"),
    )
    assert (members(graduated), members(students)) == (set(), {"A1"})
    assert days_of() == [("undergraduate", date(year - 4, 9, 1), day(1))]
    assert set(Standing.objects.values_list("import_run", flat=True)) == {batch.pk}

    assert run_night(day=day(2)) == 2
    refresh_all_segments()
    assert (told("A1"), told("A2"), told("A3")) == (
        ("alumnus", "graduated", "active"),
        ("visitor", "", "left"),
        ("teacher", "", "active"),
    )
    assert (members(graduated), members(students)) == ({"A1"}, set())


def test_the_same_file_changes_nothing_and_a_later_day_extends():
    first = brought(f"A1,李雷,本科生,2023,{day(30)}", "A2,Ann,硕士,2024,")
    assert counts(brought(f"A1,李雷,本科生,2023,{day(30)}", "A2,Ann,硕士,2024,")) == (0, 0, 2, 0)
    # The day has passed and the night has moved them: the file that says so still says nothing new.
    passed = Standing.objects.filter(ends_on__isnull=False)
    passed.update(ends_on=day(-1), moved_on=day(-30))
    run_night(day=day(0))
    assert told() == ("alumnus", "graduated", "active")
    assert counts(brought(f"A1,李雷,本科生,2023,{day(-1)}")) == (0, 0, 1, 0)

    later = brought(f"A1,李雷,本科生,,{day(400)}")
    assert counts(later) == (0, 1, 0, 0)
    # A day that the later file does not say stays, and what the night had made goes.
    assert days_of() == [("undergraduate", date(2023, 9, 1), day(400))]
    assert told()[0::2] == ("undergraduate", "active")
    assert Standing.objects.get(reader__number="A1").import_run == later.pk != first.pk
    trail = AuditEvent.objects.filter(action="standing.take-in")
    assert trail.count() == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_files_with_days_are_taken_back_in_any_order_also_when_a_night_came_between(order):
    brought(f"A1,李雷,本科生,2023,{day(300)}", "A2,Ann,访客,,")
    before = state()
    batches = [
        brought(f"A1,李雷,本科生,2023,{day(-1)}", f"A2,Ann,访客,,{day(-2)}"),
        brought(f"A1,李雷,本科生,2022,{day(60)}", f"A2,Anna,访客,,{day(90)}"),
        brought(
            f"A1,李蕾,硕士,2024,{day(600)}", f"A2,Anna,访客,,{day(90)}", f"A3,x,博士,2020,{day(-9)}"
        ),
    ]
    # As of today nothing is left to be done for the night but to look.
    assert run_night(day=day(0)) == 0
    for place in order:
        undo(batches[place], by=None)
        run_night(day=day(0))
    assert state() == before


def test_a_wrong_file_is_taken_back_the_day_after_the_night_has_moved_its_readers():
    brought(f"A1,李雷,本科生,2023,{day(300)}")
    before = state()
    wrong = brought(f"A1,李雷,本科生,2023,{day(1)}", f"A2,Ann,访客,,{day(1)}")
    assert run_night(day=day(2)) == 2
    done = undo(wrong, by=None)
    assert (done.restored, done.deleted, done.kept) == (1, 1, 0)
    assert state() == before


def test_the_state_is_that_of_the_day_and_not_of_the_import():
    """What has passed already is what the night would have made of it."""
    brought(
        f"A1,李雷,本科生,2016,{day(-400)}",
        f"A2,Ann,访客,,{day(-1)}",
        f"A3,Bo,本科生,{day(800).year},{day(1700)}",
        f"A4,Cy,交换生,2020,{day(-1)}",
    )
    assert told("A1") == ("alumnus", "alumnus", "active")
    assert (told("A2")[2], told("A4")[2]) == ("left", "left")
    assert told("A3") == ("undergraduate", "new", "active")
    assert days_of("A1")[-1] == ("alumnus", day(-399), None)
    before = state()
    assert run_night(day=day(0)) == 0
    assert state() == before

    # Who had left stays gone, and an end before the beginning leaves the beginning unknown.
    Reader.objects.filter(number="A1").update(state="left", kind="undergraduate")
    brought(f"A1,李雷,本科生,2016,{day(-400)}", "A5,Di,硕士,2024,2020-01-31")
    assert told("A1")[2] == "left"
    assert ("master", None, date(2020, 1, 31)) in days_of("A5")


def test_several_at_once_and_a_file_that_corrects_itself():
    by = UserFactory(role="librarian")
    brought(f"A1,李雷,本科生,2020,{day(30)}")
    reader = Reader.objects.get()
    # Teaches here as well: what a file says of the studies does not take that away.
    add_standing(reader=reader, kind="teacher", starts_on=day(-50), by=by)
    brought(f"A1,李雷,本科生,2020,{day(60)}")
    assert (told()[0], len(days_of())) == ("teacher", 2)

    # The same system calls the same days another kind: one standing, not two.
    wrong = brought(f"A1,李雷,硕士,2020,{day(60)}")
    assert [kind for kind, *_days in days_of()] == ["master", "teacher"]
    undo(wrong, by=None)
    assert [kind for kind, *_days in days_of()] == ["undergraduate", "teacher"]

    # A word by hand ends the way back behind it.
    later = brought(f"A1,李雷,本科生,2020,{day(90)}")
    standing = Standing.objects.get(kind="undergraduate")
    change_standing(
        standing=standing, by=by, kind="undergraduate", starts_on=None, ends_on=day(120)
    )
    assert undo(later, by=None).kept == 1
    assert ("undergraduate", None, day(120)) in days_of()


def test_a_reader_who_came_by_a_file_stays_where_staff_wrote_down_what_they_are():
    batch = brought(f"A1,李雷,本科生,2020,{day(30)}")
    add_standing(reader=Reader.objects.get(), kind="staff", by=UserFactory(role="librarian"))
    assert undo(batch, by=None).deleted == 0
    assert Reader.objects.count() == 1


def test_a_file_without_days_asks_nothing_of_the_standings():
    """The figures of imports are those of such files."""
    mapping = {key: MAPPING[key] for key in ("number", "name", "kind")}
    with CaptureQueriesContext(connection) as asked:
        imported("读者号,姓名,读者类型\nA1,李雷,本科生\n", mapping=mapping)
    assert not [query for query in asked if "INTO crm_standing" in query["sql"]]
    assert not [
        query for query in asked if "crm_told" in query["sql"] and "DROP" not in query["sql"]
    ]
    assert (days_of(), told()) == ([], ("undergraduate", "", "active"))


def test_the_preview_says_what_the_days_make_of_the_readers(client):
    brought(f"A1,李雷,本科生,2023,{day(30)}")
    batch = batch_of(
        HEADER
        + f"A1,李雷,本科生,2023,{day(60)}\nA2,Ann,博士,2016,{day(-1)}\nA3,Bo,访客,,{day(-1)}\n",
        mapping=MAPPING,
    )
    found = preview(batch)
    assert found.dated == {"dated": 3, "graduated": 1, "gone": 1, "coming": 0}
    assert len(days_in_words(found)) == 3
    assert dict(found.changed_columns) == {"ends_on": 1}
    (change,) = changes_in_words(found, batch.kind)
    assert (change.before, change.after) == (day(30).isoformat(), day(60).isoformat())
    assert Standing.objects.count() == 1
    client.force_login(UserFactory(role="librarian"))
    page = client.get(reverse("crm:import-preview", args=[batch.pk]), follow=True)
    assert (page.status_code, days_in_words(found)[0] in page.content.decode()) == (200, True)
