"""The queue of record: who gets a row at the launch, who claims it, how it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.sending import audience, delivery, draw, run, tasks
from campaigns.sending.actions import launch_content, pause, resend_unknown, resume
from campaigns.sending.models import Delivery
from core.addresses import address_digest
from core.refusals import Refused
from crm.letters.endings import MAX_ATTEMPTS
from crm.letters.journal import Journal
from crm.readers.models import Reader, Suppression
from crm.staff.models import AuditEvent
from tests import factories
from tests.campaigns.sending.building import launched, states
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


# --- fan-out --------------------------------------------------------------------------------------
def test_launch_to_sent_mails_each_reader_once(content, librarian, sink):
    readers = launched(content, librarian)
    run.send(content.pk)
    assert sorted(sink.addresses) == sorted(reader.email for reader in readers)
    assert states(content) == {"sent": 3}
    content.refresh_from_db()
    assert content.state == "sent"
    assert content.finished_at is not None
    run.send(content.pk)
    assert len(sink.received) == 3


def test_launch_freezes_segments_and_leaves_out_who_cannot_be_mailed(content, campaign, librarian):
    second = factories.SegmentFactory(rule={"test": "kind", "in": ["teacher"]})
    campaign.segments.add(second)
    teacher = factories.ReaderFactory(kind="teacher")
    student = factories.ReaderFactory()
    factories.ReaderFactory(consents=["sms"])
    factories.ReaderFactory(email="")
    factories.ReaderFactory(state="left")
    hidden = factories.ReaderFactory()
    Suppression.objects.create(
        channel="email", digest=address_digest(hidden.email), reason="erased"
    )
    first = campaign.segments.exclude(pk=second.pk).get()
    counted = launch_content(content=content, by=librarian)
    assert (counted.mailed, counted.held_out) == (2, 0)
    assert dict(content.deliveries.values_list("reader", "segment_ids")) == {
        teacher.pk: sorted([first.pk, second.pk]),
        student.pk: [first.pk],
    }
    numbers = audience.count(content)
    assert numbers == audience.Audience(
        members=5,
        mailed=2,
        held_out=0,
        left=0,
        no_address=1,
        no_consent=1,
        stopped=0,
        undeliverable=0,
        suppressed=1,
        same_mailbox=0,
    )


def test_holdout_is_a_share_and_the_same_readers_in_every_content(content, campaign, librarian):
    campaign.holdout_percent = 30
    campaign.save()
    factories.ReaderFactory.create_batch(200)
    launch_content(content=content, by=librarian)
    again = factories.ContentFactory(campaign=campaign)
    launch_content(content=again, by=librarian)
    held = set(content.deliveries.filter(state="holdout").values_list("reader", flat=True))
    assert held == set(again.deliveries.filter(state="holdout").values_list("reader", flat=True))
    assert 35 <= len(held) <= 85  # 60 expected, standard deviation 6.5
    assert audience.count(content).held_out == len(held)


def test_holdout_of_another_campaign_is_another_draw(content, campaign, librarian):
    other = factories.CampaignFactory(owner=librarian)
    assert draw.holdout_key(campaign) != draw.holdout_key(other)


def test_launching_twice_gives_one_fan_out(content, librarian):
    """Fault 7.

    A double click, or a second person with an older page, mails nobody a second time.
    """
    stale = Content.objects.get(pk=content.pk)
    launched(content, librarian)
    with pytest.raises(Refused):
        launch_content(content=stale, by=factories.UserFactory(role="manager"))
    assert content.deliveries.count() == 3
    assert AuditEvent.objects.filter(action="content.launch").count() == 1


def test_launch_before_the_campaign_is_live_is_refused(librarian):
    content = factories.ContentFactory(campaign=factories.CampaignFactory(owner=librarian))
    with pytest.raises(Refused):
        launch_content(content=content, by=librarian)
    assert not content.deliveries.exists()


def test_launch_with_a_segment_that_cannot_be_computed_is_refused_and_undone(
    content, campaign, librarian
):
    campaign.segments.add(factories.SegmentFactory(rule={"test": "no such test"}))
    factories.ReaderFactory()
    with pytest.raises(Refused):
        launch_content(content=content, by=librarian)
    content.refresh_from_db()
    assert (content.state, content.deliveries.count()) == ("draft", 0)


def test_a_later_time_is_waited_for(content, librarian, sink):
    factories.ReaderFactory()
    launch_content(content=content, by=librarian, due_at=timezone.now() + timedelta(hours=1))
    run.send(content.pk)
    assert (states(content), sink.received) == ({"pending": 1}, [])


# --- consent, pause -------------------------------------------------------------------------------
def test_consent_withdrawn_between_fan_out_and_sending_is_skipped_and_says_why(
    content, librarian, sink
):
    """Fault 9.

    Who may be mailed is judged again at the moment of sending, not only at the launch.
    """
    gone, left, suppressed, erased, kept = launched(content, librarian, readers=5)
    Reader.objects.filter(pk=gone.pk).update(consents=[])
    Reader.objects.filter(pk=left.pk).update(state="left")
    Suppression.objects.create(
        channel="email", digest=address_digest(suppressed.email), reason="erased"
    )
    with as_owner():
        Reader.objects.filter(pk=erased.pk).delete()
    run.send(content.pk)
    assert sink.addresses == [kept.email]
    skipped = content.deliveries.filter(state="skipped").values_list("reader", "reason")
    assert dict(skipped) == {gone.pk: "no_consent", left.pk: "left", suppressed.pk: "suppressed"}


def test_pause_edit_resume_leaves_sent_rows_untouched(content, librarian, sink, monkeypatch):
    """Fault 8. A mistake found in the middle is mended for the rest and repeated for nobody."""
    monkeypatch.setattr(run, "BATCH", 2)
    launched(content, librarian, readers=5)
    run.send(content.pk, seconds=-1)
    with Journal() as log:
        run.Run(content, log, 0).batch(run.smtp.Connection())
    assert states(content) == {"sent": 2, "pending": 3}
    before = list(content.deliveries.filter(state="sent").values_list("pk", "sent_at"))
    pause(content=content, by=librarian)
    run.send(content.pk)
    assert len(sink.received) == 2
    content.subject = "Changed"
    content.save()
    resume(content=content, by=librarian)
    run.send(content.pk)
    assert [mail["subject"].startswith("Changed") for mail in sink.parsed()] == [False] * 2 + [
        True
    ] * 3
    assert before == list(
        content.deliveries.filter(pk__in=[pk for pk, _at in before]).values_list("pk", "sent_at")
    )


def test_a_run_that_compiled_an_older_text_claims_nothing(content, librarian):
    launched(content, librarian)
    older = Content.objects.get(pk=content.pk)
    pause(content=content, by=librarian)
    resume(content=content, by=librarian)
    assert delivery.claim(older, "run:1", 10) == []
    assert len(delivery.claim(content, "run:1", 10)) == 3


# --- the mail server's answers --------------------------------------------------------------------
def test_refused_address_fails_alone_with_the_servers_words(content, librarian, sink):
    """Fault 13. One bad address must not hold up the batch it stands in."""
    poison, *others = launched(content, librarian, readers=4)
    sink.rule = lambda stage, text: (
        b"550 5.1.1 no such user" if poison.email in text and stage == "rcpt" else None
    )
    run.send(content.pk)
    assert sorted(sink.addresses) == sorted(reader.email for reader in others)
    row = content.deliveries.get(reader=poison)
    assert (row.state, row.reason, row.attempts) == ("failed", "550 5.1.1 no such user", 1)


def test_refused_sender_touches_no_row_and_is_shown(content, librarian, sink):
    """The first mail goes, then the server changes its mind about us.

    Nobody's address is to blame.
    """
    launched(content, librarian, readers=3)
    answers = iter([None, b"553 sender rejected"])
    sink.rule = lambda stage, text: (
        next(answers, b"553 sender rejected") if stage == "mail" else None
    )
    assert run.send(content.pk) is False
    content.refresh_from_db()
    assert (states(content), content.state) == ({"sent": 1, "pending": 2}, "sending")
    assert "553 sender rejected" in content.trouble
    assert set(content.deliveries.filter(state="pending").values_list("attempts", "reason")) == {
        (0, "")
    }
    sink.rule = lambda stage, text: None
    run.send(content.pk)
    content.refresh_from_db()
    assert (states(content), content.trouble) == ({"sent": 3}, "")


def test_busy_server_is_asked_again_later_and_failed_in_the_end(content, librarian, sink):
    """Fault 6.

    Greylisting: a server says 4xx to a stranger, and each wait is twice the last one.
    """
    launched(content, librarian, readers=1)
    sink.rule = lambda stage, text: b"451 try later" if stage == "content" else None
    row = content.deliveries.get()
    waits = []
    for _attempt in range(MAX_ATTEMPTS):
        Delivery.objects.update(due_at=timezone.now())
        run.send(content.pk)
        row.refresh_from_db()
        waits.append(round((row.due_at - timezone.now()).total_seconds() / 60))
    assert waits[:4] == [1, 2, 4, 8]
    assert (row.state, row.reason, row.attempts) == (
        "failed",
        "451 try later",
        MAX_ATTEMPTS,
    )


def test_421_ends_the_connection_and_only_the_message_in_hand_waits(content, librarian, sink):
    """Fault 6. A server that closes the connection has not refused the mails behind it."""
    launched(content, librarian, readers=3)
    answers = iter([b"421 too many"])
    sink.rule = lambda stage, text: next(answers, None) if stage == "content" else None
    run.send(content.pk)
    assert sorted(content.deliveries.values_list("state", "attempts")) == [
        ("pending", 0),
        ("pending", 0),
        ("pending", 1),
    ]
    run.send(content.pk)
    assert len(sink.received) == 2


def test_server_that_takes_one_mail_a_connection_costs_nobody_an_attempt(content, librarian, sink):
    """Fault 6. It hangs up at the envelope of every second mail; a new connection takes it."""
    launched(content, librarian, readers=3)
    taken = []

    def rule(stage, text):
        if stage == "mail":
            # Every new connection begins with a mail that is taken, the next one is not.
            taken.append(text)
            return b"421 enough" if len(taken) % 2 == 0 else None
        return None

    sink.rule = rule
    run.send(content.pk)
    assert set(content.deliveries.values_list("state", "attempts")) == {("sent", 1)}
    assert len(sink.received) == 3


def test_server_away_touches_no_row_and_is_shown(content, librarian, sink, settings):
    launched(content, librarian)
    settings.EMAIL_PORT = 1
    assert run.send(content.pk) is False
    content.refresh_from_db()
    assert "refused" in content.trouble
    assert set(content.deliveries.values_list("state", "attempts")) == {("pending", 0)}
    settings.EMAIL_PORT = sink.port
    run.send(content.pk)
    content.refresh_from_db()
    assert (content.trouble, content.state) == ("", "sent")


def test_hangup_after_the_content_is_unknown_and_never_repeated_by_itself(content, librarian, sink):
    """Fault 5.

    Whether the server took a mail before it hung up cannot be known, so a person decides.
    """
    launched(content, librarian, readers=3)
    first = content.deliveries.order_by("due_at", "pk").first().reader.email

    def hang_up(stage, text):
        if stage == "content" and text == first:
            raise ConnectionError
        return

    sink.rule = hang_up
    run.send(content.pk)
    Delivery.objects.update(due_at=timezone.now())
    tasks.sweep_deliveries()
    run.send(content.pk)
    assert states(content) == {"unknown": 1, "sent": 2}
    sink.rule = lambda stage, text: None
    assert resend_unknown(content=content, by=librarian) == 1
    run.send(content.pk)
    assert states(content) == {"sent": 3}


def test_text_that_cannot_be_compiled_pauses_the_content(content, librarian, sink):
    """Fault 13. A broken text fails once, not once for every reader."""
    content.body = '<p><a href="https://example.org/">x</a></p>'
    content.save()
    launched(content, librarian)
    content.links.all().delete()
    assert run.send(content.pk) is False
    content.refresh_from_db()
    assert content.state == "paused"
    assert content.trouble
    assert states(content) == {"pending": 3}


# --- queries --------------------------------------------------------------------------------------
def test_a_batch_costs_the_same_queries_for_1_and_for_30_readers(
    content, librarian, sink, django_assert_num_queries
):
    for readers in (1, 29):
        launched_now = factories.ContentFactory(campaign=content.campaign)
        factories.ReaderFactory.create_batch(readers)
        launch_content(content=launched_now, by=librarian)
        launched_now.refresh_from_db()
        with Journal() as log, run.smtp.Connection() as server:
            one_run = run.Run(launched_now, log, 0)
            one_run.mail("zh-hans")
            with django_assert_num_queries(4):
                one_run.batch(server)
