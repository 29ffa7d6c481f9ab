"""What somebody is, on their page and in the forms behind it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.staff.models import AuditEvent
from tests.factories import CampusFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db


def url(name, *arguments) -> str:
    return reverse(f"crm:{name}", args=arguments)


def test_i1_a_librarian_writes_down_two_standings_and_corrects_one(client):
    client.force_login(UserFactory(role="librarian"))
    reader = ReaderFactory(kind="master")
    until = timezone.localdate() + timedelta(days=100)

    form = {"kind": "master", "ends_on": until.isoformat(), "then": ""}
    wrong = client.post(
        url("standing-add", reader.pk), form | {"starts_on": "2099-01-01"}, follow=True
    )
    assert (wrong.status_code, reader.standings.count()) == (400, 0)

    client.post(url("standing-add", reader.pk), form | {"starts_on": "2020-09-01"})
    client.post(url("standing-add", reader.pk), {"kind": "staff", "starts_on": "1989-07-01"})
    again = client.post(
        url("standing-add", reader.pk), {"kind": "staff", "starts_on": "1989-07-01"}
    )
    assert (again.status_code, "已有记录" in again.content.decode()) == (400, True)

    page = client.get(url("reader-standings", reader.pk)).content.decode()
    assert ("硕士" in page, "职工" in page, "1989" in page) == (True, True, True)
    reader.refresh_from_db()
    assert (reader.kind, reader.stage) == ("staff", "final")

    # Retired yesterday: the row follows at once, as the night would have made it.
    staff = reader.standings.get(kind="staff")
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    client.post(
        url("standing-edit", staff.pk),
        {"kind": "staff", "starts_on": "1989-07-01", "ends_on": yesterday, "then": "left"},
    )
    reader.refresh_from_db()
    assert reader.kind == "master"

    client.post(url("standing-remove", staff.pk))
    assert list(reader.standings.values_list("kind", flat=True)) == ["master"]
    trail = AuditEvent.objects.filter(action__startswith="standing.").order_by("pk")
    assert list(trail.values_list("action", flat=True)) == [
        "standing.add",
        "standing.add",
        "standing.change",
        "standing.remove",
    ]
    # Names of fields, never days: people read the trail who may not open the reader.
    assert trail[2].detail == {"fields": ["ends_on"]}


def test_staff_of_another_campus_find_no_standing(client):
    here, there = CampusFactory(), CampusFactory()
    reader = ReaderFactory(kind="master", campus=there)
    standing = reader.standings.create(kind="master", then="alumnus", source="staff")
    client.force_login(UserFactory(role="librarian", campus=here))

    for name, key in (("reader-standings", reader.pk), ("standing-edit", standing.pk)):
        assert client.get(url(name, key)).status_code == 404
    assert client.post(url("standing-remove", standing.pk)).status_code == 404
    assert reader.standings.count() == 1
