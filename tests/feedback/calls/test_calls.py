"""Works: drafted, sent in once with the licence, judged without a name, published with thanks,
withdrawn at will.
"""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from core import traps
from core.refusals import Refused
from crm.letters import post
from crm.readers.models import Activity, Reader
from feedback.calls.actions import decide, publish, review, submit_work
from feedback.calls.models import Call, Review, Submission
from tests.core.building import BLANK
from tests.factories import CallFactory, ReaderFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Submission.State


def form_data(**changes):
    return {
        "client_id": str(uuid4()),
        "title": "立冬",
        "text": "银杏落在书页上",
        "pen_name": "晚晴",
        "t": traps.stamp(time.time() - 60),
    } | changes


@pytest.fixture
def author(client):
    reader = ReaderFactory(user=UserFactory(role="reader"))
    client.force_login(reader.user)
    return reader


def test_work_drafted_then_sent_in_with_the_licence_word_for_word(client, author):
    call, data = CallFactory(), form_data()
    client.post(reverse("feedback:work-create", args=[call.slug]), data | {"draft": "1"})
    work = Submission.objects.get()
    assert (work.state, work.author) == (State.DRAFT, author)
    url = reverse("feedback:work-edit", args=[call.slug, work.pk])
    client.post(url, data | {"submit": "1", "agreed": "on", "text": "改过的一句"})
    work.refresh_from_db()
    assert (work.state, work.text, work.licence_agreed) == (
        State.SUBMITTED,
        "改过的一句",
        call.licence,
    )


def test_work_sent_in_twice_is_one_work(client, author):
    url, data = (
        reverse("feedback:work-create", args=[CallFactory().slug]),
        form_data(submit="1", agreed="on"),
    )
    client.post(url, data)
    client.post(url, data | {"text": "第二次不同的字"})
    assert Submission.objects.get().text == "银杏落在书页上"


def test_work_without_the_licence_is_refused_and_nothing_typed_is_lost(client, author):
    response = client.post(
        reverse("feedback:work-create", args=[CallFactory().slug]), form_data(submit="1")
    )
    assert response.status_code == 400
    assert "银杏落在书页上" in response.content.decode()
    assert not Submission.objects.exclude(state=State.DRAFT).exists()


def test_work_longer_than_the_call_takes_is_refused_with_both_numbers(client, author):
    url = reverse("feedback:work-create", args=[CallFactory(longest=60).slug])
    page = client.post(url, form_data(text="字" * 61, draft="1"))
    assert page.status_code == 400
    assert "61" in page.content.decode()
    assert Submission.objects.count() == 0


@pytest.fixture
def closed_call():
    now = timezone.now()
    return CallFactory(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))


@pytest.fixture
def upcoming_call():
    now = timezone.now()
    return CallFactory(opens_at=now + timedelta(days=9), closes_at=now + timedelta(days=19))


def test_work_after_the_closing_date_is_refused(author, closed_call):
    by = author.user
    work = SubmissionFactory(call=closed_call, author=author, state=State.DRAFT)
    with pytest.raises(Refused):
        submit_work(work=work, agreed=True, by=by)


@pytest.mark.parametrize("button", [{"draft": "1"}, {"submit": "1", "agreed": "on"}])
@pytest.mark.parametrize("of", ["closed_call", "upcoming_call"])
def test_work_begun_while_the_call_is_not_open_is_refused_and_not_stored(
    client, author, request, of, button
):
    call = request.getfixturevalue(of)
    url = reverse("feedback:work-create", args=[call.slug])
    page = client.post(url, form_data(**button))
    assert page.status_code == 400
    assert not Submission.objects.exists()
    said = {
        "closed_call": gettext("This call is closed."),
        "upcoming_call": gettext("This call is not open yet."),
    }[of]
    assert page.context["form"].non_field_errors() == [said]
    # Nothing typed is lost.
    assert "银杏落在书页上" in page.content.decode()


def test_page_of_a_call_that_opens_later_does_not_say_closed(client, upcoming_call):
    for url in (upcoming_call.get_absolute_url(), reverse("feedback:call-list")):
        page = client.get(url).content.decode()
        assert "尚未开始" in page
        assert "截止" not in page


@pytest.mark.parametrize("button", [{"draft": "1"}, {"submit": "1", "agreed": "on"}])
def test_withdrawn_work_posted_again_is_not_called_sent_in(client, author, button):
    work = SubmissionFactory(author=author, state=State.WITHDRAWN, text="撤回的一句")
    url = reverse("feedback:work-create", args=[work.call.slug])
    page = client.post(url, form_data(client_id=str(work.client_id), **button))
    assert page.status_code == 400
    said = gettext("You have withdrawn this work. To take part after all, write a new one.")
    assert page.context["form"].non_field_errors() == [said]
    work.refresh_from_db()
    assert (work.state, work.text) == (State.WITHDRAWN, "撤回的一句")


def test_work_is_refused_when_the_call_was_ended_while_its_author_wrote(author):
    call = CallFactory()
    work = SubmissionFactory(call=call, author=author, state=State.DRAFT)
    ended_since = timezone.now() - timedelta(minutes=1)
    Call.objects.filter(pk=call.pk).update(closes_at=ended_since)
    with pytest.raises(Refused):
        submit_work(work=work, agreed=True, by=author.user)


@pytest.mark.parametrize("is_open", [True, False], ids=["no licence", "closed"])
def test_draft_is_kept_when_sending_it_in_is_refused(client, author, closed_call, is_open):
    call = CallFactory() if is_open else closed_call
    agreed = {} if is_open else {"agreed": "on"}
    work = SubmissionFactory(call=call, author=author, state=State.DRAFT)
    data = form_data(client_id=str(work.client_id), submit="1", **agreed)

    page = client.post(reverse("feedback:work-create", args=[call.slug]), data)
    assert page.status_code == 400
    work = Submission.objects.get()
    assert (work.state, work.text) == (State.DRAFT, "银杏落在书页上")

    url = reverse("feedback:work-edit", args=[call.slug, work.pk])
    page = client.post(url, data | {"text": "又改了一句"})
    assert page.status_code == 400
    work.refresh_from_db()
    assert (work.state, work.text, work.licence_agreed) == (State.DRAFT, "又改了一句", "")
    assert work.title in client.get(reverse("feedback:work-mine")).content.decode()


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ("closed_call", "This call is closed; your draft is kept."),
        ("upcoming_call", "This call is not open yet; your draft is kept."),
    ],
)
def test_draft_saved_while_the_call_is_not_open_is_kept_and_the_author_told(
    client, author, request, of, told
):
    work = SubmissionFactory(
        call=request.getfixturevalue(of), author=author, state=State.DRAFT, text="第一句"
    )
    url = reverse("feedback:work-create", args=[work.call.slug])
    data = form_data(client_id=str(work.client_id), draft="1")
    page = client.post(url, data, follow=True)
    work.refresh_from_db()
    assert (work.state, work.text) == (State.DRAFT, "银杏落在书页上")
    said = [str(message) for message in page.context["messages"]]
    assert said == [gettext(told)]


def test_work_of_somebody_else_cannot_be_taken_over_by_its_id(client, author):
    other = SubmissionFactory(state=State.DRAFT, text="别人的秘密草稿")
    page = client.post(
        reverse("feedback:work-create", args=[other.call.slug]),
        form_data(client_id=str(other.client_id), draft="1"),
    )
    other.refresh_from_db()
    assert page.status_code == 400
    assert other.text == "别人的秘密草稿"
    assert client.get(reverse("feedback:work-detail", args=[other.pk])).status_code == 404
    assert client.post(reverse("feedback:work-withdraw", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("state", [state for state in State if state != State.PUBLISHED])
@pytest.mark.parametrize("role", ["librarian", "manager", "administrator", "reader"])
def test_public_address_of_an_unpublished_work_is_for_its_author_alone(client, role, state):
    work = SubmissionFactory(
        state=state, pen_name="晚晴", author=ReaderFactory(user=UserFactory(role="reader"))
    )
    assert client.get(work.get_absolute_url()).status_code == 404
    client.force_login(UserFactory(role=role))
    answer = client.get(work.get_absolute_url())
    assert answer.status_code == 404
    assert "晚晴" not in answer.content.decode()

    client.force_login(work.author.user)
    assert "晚晴" in client.get(work.get_absolute_url()).content.decode()


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
def test_desk_has_no_work_that_was_not_sent_in_or_was_taken_back(client, state):
    work = SubmissionFactory(state=state)
    client.force_login(UserFactory(role="librarian"))
    assert client.get(reverse("feedback:work-review", args=[work.pk])).status_code == 404


def test_reviewer_reads_a_work_without_its_pen_name(client):
    work = SubmissionFactory(state=State.SUBMITTED, pen_name="晚晴", text="银杏落在书页上")
    client.force_login(UserFactory(role="librarian"))
    page = client.get(reverse("feedback:work-review", args=[work.pk])).content.decode()
    assert "银杏落在书页上" in page
    assert "晚晴" not in page


@pytest.mark.parametrize("name", ["title", "text"])
@pytest.mark.parametrize("blank", BLANK)
def test_work_that_nobody_could_read_is_refused(client, author, name, blank):
    call = CallFactory()
    page = client.post(
        reverse("feedback:work-create", args=[call.slug]), form_data(draft="1", **{name: blank})
    )
    assert page.status_code == 400
    assert name in page.context["form"].errors
    assert not Submission.objects.exists()


def test_work_by_somebody_who_signed_up_alone_makes_them_a_public_reader(client):
    client.force_login(UserFactory(role="reader"))
    client.post(reverse("feedback:work-create", args=[CallFactory().slug]), form_data(draft="1"))
    assert Reader.objects.get(source="portal").kind == "public"


def test_work_judged_without_its_author(client):
    work = SubmissionFactory(author=ReaderFactory(name="林知行"), pen_name="某某笔名")
    client.force_login(UserFactory(role="librarian"))
    for name, pk in (("feedback:call-review", work.call.pk), ("feedback:work-review", work.pk)):
        page = client.get(reverse(name, args=[pk])).content.decode()
        assert work.title in page
        assert "林知行" not in page
        assert "某某笔名" not in page


def test_work_accepted_and_published_counts_once_and_thanks_once(client, sink):
    by = UserFactory(role="librarian")
    work = SubmissionFactory(author=ReaderFactory(email="poet@example.org"), licence_agreed="yes")
    review(work=work, score=9, note="", by=by)
    decide(work=work, accept=True, by=by)
    publish(work=work, thanks="谢谢你的诗", by=by)
    with pytest.raises(Refused):
        publish(work=work, thanks="再谢一次", by=by)
    for _look in range(3):
        post.send_due()
    assert Activity.objects.filter(kind="contribution", reader=work.author).count() == 1
    assert sink.addresses == ["poet@example.org"]
    own_page = client.get(reverse("feedback:work-detail", args=[work.pk])).content.decode()
    assert "谢谢你的诗" in own_page
    # Its drawing is that of the list.
    assert f"illustrations/{work.drawing}" in own_page


def test_work_decided_twice_says_so():
    by, work = UserFactory(role="librarian"), SubmissionFactory()
    decide(work=work, accept=False, by=by)
    with pytest.raises(Refused):
        decide(work=work, accept=True, by=by)


def test_work_withdrawn_after_publishing_is_gone_from_the_gallery(client, author):
    by = UserFactory(role="librarian")
    work = SubmissionFactory(
        author=author,
        state=State.PUBLISHED,
        licence_agreed="yes",
        published_at=timezone.now(),
        published_by=by,
    )
    assert work.title in client.get(reverse("feedback:work-list")).content.decode()
    client.post(reverse("feedback:work-withdraw", args=[work.pk]))
    assert work.text not in client.get(reverse("feedback:work-list")).content.decode()


def test_work_published_without_a_licence_is_impossible():
    with pytest.raises(IntegrityError):
        SubmissionFactory(
            state=State.PUBLISHED,
            licence_agreed="",
            published_at=timezone.now(),
            published_by=UserFactory(role="librarian"),
        )


@pytest.mark.parametrize("rows", [1, 3])
def test_review_list_queries_do_not_grow(client, rows, django_assert_num_queries):
    call, staff = CallFactory(), UserFactory(role="librarian")
    for work in SubmissionFactory.create_batch(rows, call=call, state=State.SUBMITTED):
        Review.objects.create(submission=work, reviewer=staff, score=4)
    client.force_login(staff)
    with django_assert_num_queries(6):  # session, user, call, count, page, set apart
        listing = client.get(reverse("feedback:call-review", args=[call.pk])).context["listing"]
    assert [dict(row.cells)[listing.heads[1]] for row in listing.rows] == ["4.0"] * rows


@pytest.mark.parametrize("rows", [1, 3])
def test_work_list_queries_do_not_grow(client, rows, django_assert_num_queries):
    by = UserFactory(role="librarian")
    SubmissionFactory.create_batch(
        rows,
        state=State.PUBLISHED,
        licence_agreed="yes",
        published_at=timezone.now(),
        published_by=by,
    )
    with django_assert_num_queries(3):
        client.get(reverse("feedback:work-list"))
