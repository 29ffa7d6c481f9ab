"""The impact assessment: a form that the data officer fills in, kept in versions."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.privacy import impact
from crm.privacy.models import Assessment
from crm.staff.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db
SAID = {
    "after": "0",
    "what": "Loans are counted",
    "why": "To know what helps",
    "risks": "A list is lost: possible, severe.",
    "measures": "Backups are kept for 30 days.",
    "officer": "He Xu, data officer",
    "assessed_on": "2026-03-01",
    "next_on": "2027-03-01",
}


@pytest.fixture
def manager(client):
    manager = factories.UserFactory(role="manager")
    client.force_login(manager)
    client.cookies["django_language"] = "en"
    return manager


def write(client, **changes):
    return client.post(reverse("crm:privacy-impact-write"), SAID | changes)


def test_first_version_begins_with_what_the_portal_says_of_itself(client, manager):
    """In 0.1 the page had no field, and asked that the rest be written elsewhere."""
    page = client.get(reverse("crm:privacy-impact-write"))

    initial = page.context["form"].initial
    assert initial["after"] == 0
    assert initial["risks"].count("\n") == len(impact.risks()) - 1
    assert initial["next_on"] - initial["assessed_on"] == timedelta(days=365)
    assert 'name="measures"' in page.content.decode()


def test_version_is_shown_with_who_and_when(client, manager):
    response = write(client)
    assert response["Location"] == reverse("crm:privacy-impact")

    page = client.get(response["Location"]).content.decode()
    for said in ("Loans are counted", "Backups are kept for 30 days.", "1 Mar 2027"):
        assert said in page
    assert "He Xu, data officer answers for it." in page
    event = AuditEvent.objects.get(action="impact.write")
    assert (event.user, event.detail) == (manager, {"version": 1})


def test_next_version_leaves_the_former_one_as_it_was(client, manager):
    write(client)
    form = client.get(reverse("crm:privacy-impact-write")).context["form"]
    assert (form.initial["after"], form.initial["what"]) == (1, "Loans are counted")
    write(client, after="1", what="Loans and visits are counted", next_on="2026-09-01")

    first = client.get(reverse("crm:privacy-impact-version", args=[1])).content.decode()
    assert "Loans are counted" in first
    assert "This is an earlier version." in first
    now = client.get(reverse("crm:privacy-impact")).content.decode()
    assert "Loans and visits are counted" in now
    assert "Loans are counted" not in now


def test_two_who_write_on_the_same_version_do_not_overwrite_each_other(client, manager):
    write(client)
    refused = write(client, what="Something else")

    assert refused.status_code == 400
    assert "Somebody has written another version meanwhile." in refused.content.decode()
    assert Assessment.objects.get().what == "Loans are counted"


@pytest.mark.parametrize(
    ("again", "problem"),
    [("2026-03-01", "The next look lies after this one."), ("2027-04-01", "Not later than a year")],
)
def test_next_look_is_within_a_year(client, manager, again, problem):
    refused = write(client, next_on=again)
    assert problem in refused.content.decode()
    assert Assessment.objects.count() == 0


def test_overdue_look_is_said_on_both_pages(client, manager):
    long_ago = timezone.localdate() - timedelta(days=400)
    write(client, assessed_on=long_ago, next_on=long_ago + timedelta(days=365))
    for name in ("privacy-impact", "privacy-register"):
        assert "Overdue" in client.get(reverse(f"crm:{name}")).content.decode(), name


def test_version_cannot_be_changed_by_the_application(client, manager):
    write(client)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Assessment.objects.update(officer="Somebody else")


def test_day_of_the_next_look_counts_as_overdue(client, manager):
    today = timezone.localdate()
    assert Assessment(next_on=today).is_overdue
    assert not Assessment(next_on=today + timedelta(days=1)).is_overdue
