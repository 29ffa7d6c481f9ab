"""Lists of calls and works: narrowed, sorted, cut into pages, without a raw number of persons."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.disclosure import Count
from feedback.calls.lists import CallList, OwnWorkList
from feedback.calls.models import Call, Submission
from feedback.calls.queries import with_received, with_scores, with_works_by_state
from tests.factories import CallFactory, ReaderFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Submission.State
DESK = "feedback:call-desk-list"


def titles(response) -> list[str]:
    return [call.title for call in response.context["listing"].page]


def raw_numbers(row) -> dict[str, int]:
    """What a query has counted onto a row without making it a Count."""
    columns = {field.attname for field in row._meta.concrete_fields}
    numbers = {}
    for name, value in vars(row).items():
        if name not in columns and isinstance(value, int):
            numbers[name] = value
    return numbers


@pytest.fixture
def staff(client):
    user = UserFactory(role="librarian")
    client.force_login(user)
    return user


def ended_call(**fields) -> Call:
    now = timezone.now()
    return CallFactory(
        opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1), **fields
    )


# --- what stands on the rows ----------------------------------------------------------------------
def test_rows_with_counted_works_carry_no_raw_number():
    call = CallFactory()
    SubmissionFactory.create_batch(3, call=call)
    SubmissionFactory(call=call, state=State.WITHDRAWN)

    received = with_received(Call.objects.all()).get()
    assert raw_numbers(received) == {}
    assert (received.received.is_withheld, received.received) == (True, Count.of(3))

    on_desk = with_works_by_state(Call.objects.all()).get()
    assert raw_numbers(on_desk) == {}
    assert [str(n) for n in (on_desk.waiting, on_desk.accepted, on_desk.on_show)] == ["3", "0", "0"]
    assert on_desk.waiting.as_json() == {"value": None, "state": "withheld"}

    work = with_scores(Submission.objects.all()).first()
    assert raw_numbers(work) == {}
    assert (str(work.scores), work.mean) == ("0", None)


# --- the desk -------------------------------------------------------------------------------------
def test_desk_shows_each_call_with_its_period_its_works_and_its_state(client, staff):
    call = ended_call(title="立冬征文")
    SubmissionFactory.create_batch(2, call=call)
    SubmissionFactory(call=call, state=State.ACCEPTED)
    listing = client.get(reverse(DESK)).context["listing"]
    (row,) = listing.rows
    cells = {head.name: str(cell) for head, cell in row.cells}
    assert "立冬征文" in cells["title"]
    assert date_format(timezone.localtime(call.opens_at), "DATE_FORMAT") in cells["opens_at"]
    assert [cells[name] for name in ("waiting", "accepted", "on_show")] == ["2", "1", "0"]
    assert "chip" in cells["state"]


def test_desk_finds_calls_by_their_words_and_by_being_open(client, staff):
    ended_call(title="Poems of autumn")
    CallFactory(title="Poems of winter")
    CallFactory(title="Drawings of winter", published=False)
    found = titles(client.get(reverse(DESK), {"q": "poems"}))
    assert sorted(found) == ["Poems of autumn", "Poems of winter"]
    assert titles(client.get(reverse(DESK), {"open": "on"})) == ["Poems of winter"]
    assert titles(client.get(reverse(DESK), {"q": "poems", "open": "on"})) == ["Poems of winter"]


def test_desk_sorts_by_works_that_wait(client, staff):
    few, many = CallFactory(title="few"), CallFactory(title="many")
    SubmissionFactory.create_batch(1, call=few)
    SubmissionFactory.create_batch(2, call=many)
    assert titles(client.get(reverse(DESK), {"sort": "waiting"})) == ["few", "many"]
    assert titles(client.get(reverse(DESK), {"sort": "-waiting"})) == ["many", "few"]


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_queries_do_not_grow(client, staff, rows, django_assert_num_queries):
    SubmissionFactory.create_batch(rows)
    with django_assert_num_queries(4):  # session, user, count, page
        assert len(titles(client.get(reverse(DESK)))) == rows


# --- for readers ----------------------------------------------------------------------------------
def test_call_cards_are_paged_newest_first(client, monkeypatch):
    monkeypatch.setattr(CallList, "size", 2)
    now = timezone.now()
    for days in (3, 1, 2):
        CallFactory(title=f"{days} days ago", opens_at=now - timedelta(days=days))
    url = reverse("feedback:call-list")
    first, second = client.get(url), client.get(url, {"page": "2"})
    assert titles(first) == ["1 days ago", "2 days ago"]
    assert titles(second) == ["3 days ago"]
    assert 'rel="next"' in first.content.decode()
    assert 'rel="prev"' in second.content.decode()


def test_call_cards_that_fit_one_page_have_no_pager(client):
    CallFactory()
    assert 'class="pager"' not in client.get(reverse("feedback:call-list")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_call_card_queries_do_not_grow(client, rows, django_assert_num_queries):
    CallFactory.create_batch(rows)
    with django_assert_num_queries(2):  # count, page
        client.get(reverse("feedback:call-list"))


def test_own_works_are_paged_last_written_first(client, monkeypatch):
    monkeypatch.setattr(OwnWorkList, "size", 2)
    author = ReaderFactory(user=UserFactory(role="reader"))
    SubmissionFactory(title="somebody else's")
    for title in ("first", "second", "third"):
        SubmissionFactory(author=author, title=title)
    client.force_login(author.user)
    url = reverse("feedback:work-mine")
    assert titles(client.get(url)) == ["third", "second"]
    assert titles(client.get(url, {"page": "2"})) == ["first"]
