"""What everybody may read of the processing, and what the data officer keeps."""

import pytest
from django.urls import reverse
from django.utils import translation

from core.holds import shown_holds, unknowables
from crm.privacy import register
from crm.privacy.models import Incident
from crm.readers.models import Notice, Reader
from crm.staff.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def test_notice_is_kept_in_versions(client):
    first = Notice.objects.get()
    Notice.objects.create(number=2, text={"zh-hans": "新的告知", "en": "The new notice"})

    now = client.get(reverse("crm:privacy"), headers={"accept-language": "en"}).content.decode()
    then = client.get(reverse("crm:privacy-version", args=[1])).content.decode()
    assert "The new notice" in now
    assert first.text["zh-hans"][:20] in then
    assert client.get(reverse("crm:privacy-version", args=[9])).status_code == 404


def test_register_has_a_line_for_each_hold(client):
    client.force_login(factories.UserFactory(role="manager"))
    page = client.get(reverse("crm:privacy-register"))
    file = client.get(reverse("crm:privacy-register-csv"))

    assert len(page.context["rows"]) == len(shown_holds()) + len(unknowables()) + 1
    lines = b"".join(file.streaming_content).decode().strip().splitlines()
    assert len(lines) == len(register.processing()) + 1
    # Names of tables are for programs: in the file, not on the page.
    assert "crm.Reader" in lines[1]
    assert "crm.Reader" not in page.content.decode()


def test_every_kind_of_data_has_a_name_of_its_own_in_the_register(client):
    """In 0.1 a row could be told from another by the name of its table alone."""
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names = [line.data for line in register.processing()]
        assert len(names) == len(set(names)), language


def test_impact_assessment_says_for_each_risk_what_stands_against_it(client):
    client.force_login(factories.UserFactory(role="manager"))
    page = client.get(reverse("crm:privacy-impact"))
    for heads, rows in (("need_heads", "needs"), ("risk_heads", "risks")):
        width = len(page.context[heads])
        assert {len(list(filter(None, row))) for row in page.context[rows]} == {width}
    register_page = client.get(reverse("crm:privacy-register")).content.decode()
    assert reverse("crm:privacy-impact") in register_page


def test_incident_is_written_down_and_kept_up_to_date(client):
    manager = factories.UserFactory(role="manager")
    client.force_login(manager)
    said = {
        "title": "A list was lost",
        "noticed_at": "2026-11-01T09:00",
        "concerned": "12 names",
        "measures": "",
    }
    client.post(reverse("crm:incident-create"), said)
    incident = Incident.objects.get()
    client.post(
        reverse("crm:incident-detail", args=[incident.pk]), said | {"measures": "Found again"}
    )

    incident.refresh_from_db()
    assert (incident.written_by, incident.measures) == (manager, "Found again")


def test_under_fourteen_nobody_signs_up_alone(client):
    said = {
        "email": "child@example.org",
        "username": "child",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    }
    refused = client.post(reverse("account_signup"), said)
    assert "old_enough" in refused.context["form"].errors
    assert not User.objects.filter(username="child").exists()

    client.post(reverse("account_signup"), said | {"old_enough": "on"})
    assert Reader.objects.count() == 0
    assert User.objects.filter(username="child").exists()
