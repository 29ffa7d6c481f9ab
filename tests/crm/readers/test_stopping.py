"""Staff stop every letter to somebody, until a day or for good; no file takes them off the list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.sending import run
from campaigns.sending.actions import launch_content
from core.refusals import Refused
from crm.letters import post
from crm.readers.models import Reader
from crm.readers.stopping import end_stop, stop_mail
from crm.staff.models import AuditEvent
from tests import factories
from tests.crm.imports.building import imported

pytestmark = pytest.mark.django_db


def test_nothing_goes_to_who_is_on_the_list_before_and_after_the_launch(
    sink, content, campaign, librarian
):
    before, between, other = factories.ReaderFactory.create_batch(3)
    stop_mail(reader=before, reason="deceased", until=None, by=librarian)
    launched = launch_content(content=content, by=librarian)
    assert launched.mailed == 2
    stop_mail(reader=between, reason="dispute", until=timezone.localdate(), by=librarian)
    letter = factories.LetterFactory(reader=before, address=before.email)
    run.send(content.pk)
    post.send_due()
    assert sink.addresses == [other.email]
    states = dict(content.deliveries.values_list("reader", "reason"))
    assert states == {between.pk: "stopped", other.pk: ""}
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("skipped", "stopped")
    # The reason is nobody's business who may not open the reader.
    trail = AuditEvent.objects.filter(action="reader.stop").values_list("detail", flat=True)
    assert "deceased" not in str(list(trail))


def test_stop_ends_with_its_day_or_by_a_word_and_by_no_file(librarian):
    today = timezone.localdate()
    reader = factories.ReaderFactory(
        number="A1", source="library", name="李雷", email="a1@example.org", consents=["email"]
    )
    twin = factories.ReaderFactory(name="李雷", email="A1@example.org", source="other")
    stop_mail(reader=reader, reason="illness", until=today, by=librarian)
    imported("读者号,姓名,邮箱,同意邮件\nA1,李雷,a1@example.org,是\n", librarian, mapping={
        "number": "读者号", "name": "姓名", "email": "邮箱", "consent_email": "同意邮件",
    })  # fmt: skip
    assert not Reader.objects.mailable("events").exists()
    reader.refresh_from_db()
    assert timezone.localdate(reader.stop_until) == today + timedelta(days=1)

    Reader.objects.update(stop_until=timezone.now())
    assert set(Reader.objects.mailable("events")) == {reader, twin}
    stop_mail(reader=reader, reason="deceased", until=None, by=librarian)
    assert sorted(end_stop(reader=twin, by=librarian)) == sorted([reader.pk, twin.pk])
    assert set(Reader.objects.mailable("events")) == {reader, twin}
    with pytest.raises(Refused):
        end_stop(reader=reader, by=librarian)
    yesterday = today - timedelta(days=1)
    with pytest.raises(Refused):
        stop_mail(reader=reader, reason="illness", until=yesterday, by=librarian)


def test_desk_stops_finds_and_lets_go(client, librarian):
    client.force_login(librarian)
    reader = factories.ReaderFactory(email="one@example.org")
    factories.ReaderFactory(email="two@example.org")
    stop = reverse("crm:reader-stop", args=[reader.pk])
    assert client.get(stop).status_code == 200
    assert client.post(stop, {"reason": "dispute", "until": "2020-01-01"}).status_code == 400
    client.post(stop, {"reason": "dispute", "until": ""})
    listed = client.get(reverse("crm:reader-list"), {"stopped": "on"}).content.decode()
    assert "one@<wbr>example.org" in listed
    assert "two@example.org" not in listed

    client.post(reverse("crm:reader-reason", args=[reader.pk]), {"reason": "enquiry"})
    end = reverse("crm:reader-stop-end", args=[reader.pk])
    assert end in client.get(reader.get_absolute_url()).content.decode()
    client.post(end)
    reader.refresh_from_db()
    assert not reader.is_stopped
