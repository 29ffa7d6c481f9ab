"""Users and the audit log.

Who gives which role, what is found, how much it costs.
"""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from crm.staff import audit
from crm.staff.models import AuditEvent, User
from tests.factories import (
    CampusFactory,
    ReaderFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


# --- users ----------------------------------------------------------------------------------------
@pytest.fixture
def chief(client):
    user = UserFactory(role="administrator", username="chief")
    client.force_login(user)
    return user


def test_administrator_gives_a_role_and_a_campus(client, chief):
    user, campus = UserFactory(), CampusFactory()

    client.post(
        reverse("crm:user-edit", args=[user.pk]),
        {
            "role": "librarian",
            "sure": "on",
            "campus": campus.pk,
            "is_active": "on",
            "is_superuser": "on",
            "username": "taken",
        },
    )

    changed = User.objects.get(pk=user.pk)
    assert (changed.role, changed.campus, changed.is_superuser, changed.username) == (
        "librarian",
        campus,
        False,
        user.username,
    )
    assert AuditEvent.objects.get(action="user.change").detail["after"]["role"] == "librarian"


@pytest.mark.parametrize("data", [{"role": "reader", "is_active": "on"}, {"role": "administrator"}])
def test_nobody_takes_the_administrators_role_from_themself(client, chief, data):
    answer = client.post(reverse("crm:user-edit", args=[chief.pk]), data)

    chief.refresh_from_db()
    assert (answer.status_code, chief.role, chief.is_active) == (400, "administrator", True)


@pytest.mark.parametrize("rows", [1, 3])
def test_user_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    client, chief, rows, django_assert_num_queries
):
    for _n in range(rows):
        UserFactory(campus=CampusFactory())
    # One of them writes down that these people's accounts were shown.
    with django_assert_num_queries(6):
        client.get(reverse("crm:user-list"), {"role": "reader"})


# --- audit ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_audit_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    client, chief, rows, django_assert_num_queries
):
    for _n in range(rows):
        AuditEvent.objects.create(
            action="reader.view", user=UserFactory(), object_type="crm.reader", object_id="7"
        )
    with django_assert_num_queries(6):
        client.get(reverse("crm:audit-list"))


def test_audit_list_is_narrowed_by_action_person_and_day(client, chief):
    for action, user in (
        ("reader.view", chief),
        ("import.done", chief),
        ("reader.view", UserFactory()),
    ):
        AuditEvent.objects.create(action=action, user=user)

    rows = (
        client.get(
            reverse("crm:audit-list"),
            {"action": "reader.", "who": "chief", "since": "2020-01-01", "until": "no date"},
        )
        .context["listing"]
        .rows
    )

    assert [(row.record.action, row.record.user) for row in rows] == [("reader.view", chief)]


def test_audit_list_of_a_campus_names_no_reader_of_another(client):
    here, there = CampusFactory(), CampusFactory()
    chief = UserFactory(role="manager", campus=here)
    audit.record(
        action="reader.view", by=UserFactory(role="manager"), on=ReaderFactory(campus=there)
    )
    own = audit.record(action="reader.export", by=chief)
    client.force_login(chief)

    page = client.get(reverse("crm:audit-list"))

    assert [row.record for row in page.context["listing"].rows] == [own]


@pytest.mark.parametrize(
    ("role", "links"), [("manager", [True, False]), ("administrator", [True] * 2)]
)
def test_audit_list_links_only_what_this_person_may_open(client, role, links):
    client.force_login(UserFactory(role=role))
    reader, user = ReaderFactory(), UserFactory()
    for thing in (reader, user):
        audit.record(action="reader.view", on=thing)

    page = client.get(reverse("crm:audit-list")).content.decode()

    pages = [reader.get_absolute_url(), reverse("crm:user-edit", args=[user.pk])]
    assert [f'<a href="{address}">' in page for address in pages] == links
    assert f"用户 {user.pk}" in page
    assert "crm.user" not in page


# --- words ----------------------------------------------------------------------------------------
def test_the_form_of_a_user_speaks_chinese(client, chief):
    client.cookies["django_language"] = "zh-hans"
    page = client.get(reverse("crm:user-edit", args=[chief.pk])).content.decode()
    assert "Campus" not in page
    assert "校区" in page


def test_a_manager_has_one_name():
    with translation.override("zh-hans"):
        name = str(User.Role.MANAGER.label)
        assert name in gettext("Waiting for a manager's decision.")
