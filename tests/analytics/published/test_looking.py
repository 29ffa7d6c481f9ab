"""A manager has the published figures looked through now."""

import re

import pytest
from django.urls import reverse

from analytics.published.models import Verification
from analytics.published.tasks import look_through
from crm.jobs.models import Job
from crm.staff.models import AuditEvent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_manager_has_all_looked_through_now_once_and_audited(client):
    by = UserFactory(role="manager")
    client.force_login(by)
    page = client.get(reverse("analytics:published"), headers={"accept-language": "en"})
    said = page.content.decode()
    assert "manage.py verify" in said
    assert re.search(rf'<a\s+href="{reverse("analytics:published")}"\s+aria-current="page"', said)

    jobs = {client.post(reverse("analytics:look-through")).url for _press in range(2)}

    job = Job.objects.get()
    assert jobs == {job.get_absolute_url()}
    assert AuditEvent.objects.filter(action="published.request", user=by).count() == 1
    look_through(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    assert AuditEvent.objects.filter(action="published.verify", user=by).count() == 1
    assert Verification.objects.count() == 1
