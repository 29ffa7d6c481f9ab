"""Works that a program may have sent: kept, looked at first, and in no figure until then."""

import time
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core import traps
from crm.staff.models import AuditEvent
from feedback.calls.models import Submission
from feedback.calls.queries import received_count
from tests.factories import CallFactory, ReaderFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    reader = ReaderFactory(user=UserFactory(role="reader"))
    client.force_login(reader.user)
    return reader


def send(client, call, *, draft=False, **changes):
    data = {
        "client_id": str(uuid4()),
        "title": "立冬",
        "text": "银杏落在书页上",
        "agreed": "on",
        "t": traps.stamp(time.time() - 60),
    }
    button = {"submit": "1"}
    if draft:
        button = {"draft": "1"}
    url = reverse("feedback:work-create", args=[call.slug])
    return client.post(url, data | button | changes)


def test_work_that_a_program_may_have_sent_waits_and_the_author_is_told(client, author):
    """Fault 25."""
    before = timezone.now()

    answer = send(client, CallFactory(), website="x")

    work = Submission.objects.get()
    assert answer.status_code == 302
    assert (work.state, work.suspected, work.submitted_at) == ("held", "honeypot", None)
    assert work.held_at >= before
    assert work.licence_agreed == work.call.licence
    page = client.get(answer.url, headers={"accept-language": "zh-hans"}).content.decode()
    assert "先由同事看一眼再交给评审" in page


def test_author_who_sends_very_many_is_looked_at_and_drafts_are_not_counted(client, author):
    call = CallFactory()
    for _draft in range(12):
        send(client, call, draft=True)
    assert Submission.objects.filter(suspected="").count() == 12
    Submission.objects.all().delete()

    for _work in range(12):
        assert send(client, call).status_code == 302

    found = Submission.objects.order_by("pk").values_list("suspected", flat=True)
    assert list(found) == [""] * 10 + ["browser"] * 2


def test_works_of_a_suspected_account_wait_until_it_is_trusted(client, author):
    author.user.suspected = "network"
    author.user.save()
    call = CallFactory()
    send(client, call)
    assert Submission.objects.get().suspected == "account"

    client.force_login(UserFactory(role="administrator"))
    client.post(reverse("crm:user-trust", args=[author.user.pk]))
    client.post(reverse("crm:user-trust", args=[author.user.pk]))
    client.force_login(author.user)
    send(client, call)

    assert Submission.objects.order_by("pk").last().state == "submitted"
    assert AuditEvent.objects.filter(action="user.trust").count() == 1


@pytest.fixture
def held():
    return SubmissionFactory(
        state="held", suspected="fast", submitted_at=None, held_at=timezone.now(), title="等着"
    )


def test_reviewer_sees_it_without_its_author_and_lets_it_through(client, held):
    client.force_login(UserFactory(role="librarian"))
    page = reverse("feedback:call-review", args=[held.call_id])
    html = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "It was sent within two seconds." in html
    assert held.author.name not in html
    assert client.get(reverse("feedback:work-review", args=[held.pk])).status_code == 404
    assert received_count(held.call).public_number in (0, None)

    client.post(reverse("feedback:work-screen", args=[held.pk]), {"let_through": "1"})

    work = Submission.objects.get()
    assert (work.state, work.submitted_at) == ("submitted", held.held_at)
    assert client.get(reverse("feedback:work-review", args=[held.pk])).status_code == 200
    assert AuditEvent.objects.filter(action="work.let-through").count() == 1


def test_work_put_aside_stays_and_can_be_let_through_later(client, held):
    client.force_login(UserFactory(role="librarian"))
    screen = reverse("feedback:work-screen", args=[held.pk])

    client.post(screen, {"aside": "1"})
    assert Submission.objects.get().state == "aside"
    client.post(screen, {"let_through": "1"})
    assert Submission.objects.get().state == "submitted"
    assert client.post(screen, {"aside": "1"}).status_code == 404


def test_request_that_says_neither_verdict_is_refused(client, held):
    client.force_login(UserFactory(role="librarian"))
    screen = reverse("feedback:work-screen", args=[held.pk])
    assert client.post(screen, {"x": "1"}).status_code == 400
    assert Submission.objects.get().state == "held"

    Submission.objects.update(state="submitted", submitted_at=timezone.now())
    decide = reverse("feedback:work-decide", args=[held.pk])
    assert client.post(decide, {"x": "1"}).status_code == 400
    assert Submission.objects.get().state == "submitted"
