"""Departments, colleges and campuses with their days, mergers and successors (C2)."""

from datetime import date

import pytest
from django.urls import reverse

from core.refusals import Refused
from crm.registers.actions import add_member, merge_places, part_again, remove_row, write_row
from crm.registers.models import Department
from crm.registers.queries import members_with_predecessors
from crm.segments.refresh import count_readers
from crm.staff.models import AuditEvent, College
from crm.staff.succession import called_on, with_predecessors
from tests.factories import CollegeFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2017, 12, 31), date(2018, 12, 31)
#: The mergers of 2018, each with its two parts.
MERGERS = {
    "采编流一体化部": ("采访部", "编目部"),
    "古籍特藏部": ("古籍部", "特藏部"),
    "数据系统部": ("数据部", "系统部"),
}


@pytest.fixture
def admin():
    return UserFactory(role="administrator")


def department(name: str, by, **fields) -> Department:
    code = f"d{Department.objects.count()}"
    return write_row(row=Department(), by=by, code=code, name_zh=name, **fields)


def merged(by) -> dict[str, Department]:
    """The history of 2018, made by the verbs."""
    made = {name: department(name, by) for parts in MERGERS.values() for name in parts}
    for name, parts in MERGERS.items():
        made[name] = department(name, by, starts_on=date(2018, 7, 1))
        merge_places(
            parts=[made[part] for part in parts],
            into=made[name],
            last_day=date(2018, 6, 30),
            by=by,
        )
    return {row.name_zh: row for row in Department.objects.all()}


def test_c2_six_departments_in_2017_and_three_merged_ones_in_2018(client, admin):
    worker = UserFactory(role="librarian", display_name="李一")
    made = merged(admin)
    add_member(department=made["采访部"], user=worker, starts_on=date(2015, 3, 1), by=admin)
    there = {day: names_on(day) for day in (BEFORE, AFTER)}
    assert there[BEFORE] == {"采访部", "编目部", "古籍部", "特藏部", "数据部", "系统部"}
    assert there[AFTER] == set(MERGERS)

    # The old record stays with the successor, and can be read as it was.
    acquisitions = Department.objects.get(name_zh="采访部")
    successor = Department.objects.get(name_zh="采编流一体化部")
    assert acquisitions.as_of(BEFORE) == acquisitions
    assert acquisitions.as_of(AFTER) == successor
    member = members_with_predecessors(successor).get()
    assert (member.user, member.department.name_zh) == (worker, "采访部")
    with pytest.raises(Refused):
        remove_row(row=acquisitions, by=admin)

    client.force_login(admin)
    address = reverse("crm:register-list", args=["departments"])
    pages = {day: client.get(address, {"on": day.isoformat()}) for day in (BEFORE, AFTER)}
    assert [len(page.context["rows"]) for page in pages.values()] == [6, 3]
    assert "由 采访部、编目部 合并" in pages[AFTER].content.decode()
    page = client.get(reverse("crm:register-edit", args=["departments", successor.pk]))
    assert ("李一" in page.content.decode(), "采访部" in page.content.decode()) == (True, True)
    trail = AuditEvent.objects.filter(action="register.merge")
    assert trail.count() == 6


def names_on(day: date) -> set[str]:
    return set(Department.objects.on(day).values_list("name_zh", flat=True))


def test_a_merger_that_cannot_be_is_refused_and_one_is_taken_back(admin):
    made = merged(admin)
    part, into = made["采访部"], made["采编流一体化部"]
    with pytest.raises(Refused, match="已经结束"):
        merge_places(parts=[part], into=made["数据系统部"], last_day=AFTER, by=admin)
    with pytest.raises(Refused, match="自己"):
        merge_places(parts=[into], into=into, last_day=AFTER, by=admin)
    with pytest.raises(Refused, match="之后"):
        merge_places(parts=[into], into=made["数据系统部"], last_day=BEFORE, by=admin)

    part_again(part=part, by=admin)
    assert names_on(AFTER) == {*MERGERS, "采访部"}
    with pytest.raises(Refused):
        part_again(part=part, by=admin)


def test_readers_of_a_merged_college_are_found_under_its_successor(admin):
    """Before, a segment of the new college missed every reader whose row names an old one."""
    old, new = CollegeFactory(code="history-old"), CollegeFactory(code="humanities")
    ReaderFactory(college=old)
    ReaderFactory(college=new)
    merge_places(parts=[old], into=new, last_day=date(2020, 8, 31), by=admin)

    assert count_readers({"test": "college", "in": ["humanities"]}) == 2
    assert count_readers({"test": "college", "in": ["history-old"]}) == 1
    assert College.objects.get(code="history-old").as_of(date(2019, 1, 1)) == old


def test_a_reader_stays_in_the_old_college_and_nobody_else_comes_into_it(client, admin):
    old, new = CollegeFactory(name_zh="历史系"), CollegeFactory(name_zh="人文学院")
    merge_places(parts=[old], into=new, last_day=date(2020, 8, 31), by=admin)
    reader, other = ReaderFactory(college=old), ReaderFactory()
    client.force_login(admin)

    offered = []
    for one in (reader, other):
        form = client.get(reverse("crm:reader-edit", args=[one.pk])).context["form"]
        offered.append(set(form.fields["college"].queryset))
    assert offered == [{old, new}, {new}]

    client.post(reverse("crm:reader-reason", args=[reader.pk]), {"reason": "enquiry"})
    page = client.get(reverse("crm:reader-detail", args=[reader.pk])).content.decode()
    assert ("历史系" in page, "今属“人文学院”" in page) == (True, True)


def test_several_are_merged_on_the_page(client, admin):
    client.force_login(admin)
    one, other, into = (department(name, admin) for name in ("数据部", "系统部", "数据系统部"))
    address = reverse("crm:register-merge", args=["departments"])
    said = {"parts": [one.pk, into.pk], "into": into.pk, "last_day": "2018-06-30"}
    assert client.post(address, said).status_code == 400

    client.post(address, said | {"parts": [one.pk, other.pk]})
    assert names_on(AFTER) == {"数据系统部"}
    client.post(reverse("crm:register-part", args=["departments", one.pk]))
    assert names_on(AFTER) == {"数据系统部", "数据部"}


def test_what_a_place_is_on_a_day_is_one_answer_for_one_and_for_all(admin):
    made = merged(admin)
    second = department("综合部", admin, starts_on=date(2020, 1, 1))
    merge_places(
        parts=[made["采编流一体化部"], made["数据系统部"]],
        into=second,
        last_day=date(2019, 12, 31),
        by=admin,
    )
    for day in (BEFORE, AFTER, date(2021, 1, 1)):
        found = called_on(Department.objects.all(), day)
        assert found == {row.pk: row.as_of(day) for row in Department.objects.all()}
    # Everything that went on as it, at whatever remove.
    assert len(with_predecessors(second)) == 7


def test_a_register_of_one_place_offers_no_merger(client, admin):
    """In 0.1 the form stood there with nothing to tick."""
    client.force_login(admin)
    address = reverse("crm:register-list", args=["departments"])
    department("一部", admin)
    assert client.get(address).context["merge"] is None
    department("二部", admin)
    assert client.get(address).context["merge"] is not None
