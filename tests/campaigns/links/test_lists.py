"""The list of links: who followed a mail's link, how often others were visited, in which order."""

from itertools import count, permutations

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.links import following, keys
from campaigns.links.models import TrackedLink
from campaigns.plan.models import Channel
from campaigns.sending import clicks
from campaigns.sending.models import Click, Delivery
from core.disclosure import Count, Missing
from tests import factories

pytestmark = pytest.mark.django_db
refs = count(1)


@pytest.fixture
def of_one_campus(client):
    """Signed in as somebody of one campus, who is told of its readers alone."""
    user = factories.UserFactory(role="librarian", campus=factories.CampusFactory())
    client.force_login(user)
    return user


def mailed(content, placement: str, readers: int, campus=None) -> TrackedLink:
    """A link of a mail that so many different readers have followed, each of them twice."""
    link = factories.TrackedLinkFactory(
        content=content, campaign=content.campaign, placement=placement, clicks=2 * readers
    )
    for _reader in range(readers):
        delivery = factories.DeliveryFactory(
            content=content,
            reader=factories.ReaderFactory(campus=campus),
            state=Delivery.State.SENT,
            sent_at=timezone.now(),
        )
        for _time in range(2):
            follow(link, delivery)
    return link


def follow(link: TrackedLink, delivery: Delivery | None = None) -> None:
    Click.objects.create(link=link, delivery=delivery, at=timezone.now(), ref=f"l{next(refs)}")


def poster(campaign, placement: str, visits: int) -> TrackedLink:
    return factories.TrackedLinkFactory(
        campaign=campaign,
        channel=Channel.objects.get(code="poster"),
        placement=placement,
        clicks=visits,
    )


def whole_library():
    return factories.UserFactory(role="librarian")


def shown(link: TrackedLink) -> tuple[Count, int | None]:
    found = TrackedLink.objects.with_traffic(whole_library()).get(pk=link.pk)
    return found.readers, found.visits


def in_order(client, campaign, sort: str) -> list[str]:
    address = reverse("campaigns:link-list")
    page = client.get(address, {"campaign": campaign.pk, "sort": sort}).context["page"]
    return [link.placement for link in page]


def test_a_mails_link_counts_different_readers_and_a_posters_link_counts_visits():
    content = factories.ContentFactory()
    letter = mailed(content, "letter", 6)
    sheet = poster(content.campaign, "sheet", 3)
    nobodys = mailed(content, "nobody's", 0)

    assert shown(letter) == (Count.of(6), None)
    # Visits are no persons, so three of them may be told.
    assert shown(sheet) == (Count.without(Missing.NOT_MEASURED), 3)
    assert shown(nobodys) == (Count.of(0), None)


@pytest.mark.parametrize("keyed", [False, True])
def test_who_comes_without_a_key_or_again_is_not_one_more_reader_of_a_mail(client, keyed):
    following.targets.known.clear()
    link = mailed(factories.ContentFactory(), "letter", 3)
    address = link.get_absolute_url()
    if keyed:
        address += "/" + keys.delivery_key(Delivery.objects.first().pk, keys.CLICK)

    for _visit in range(4):
        client.get(address)
    clicks.flush()

    link.refresh_from_db()
    assert link.clicks == 10
    readers, _visits = shown(link)
    assert readers.is_withheld


def test_a_readers_key_from_another_mail_makes_no_reader_of_this_one(client):
    following.targets.known.clear()
    link = mailed(factories.ContentFactory(), "letter", 0)
    other = factories.DeliveryFactory(state=Delivery.State.SENT, sent_at=timezone.now())

    client.get(f"{link.get_absolute_url()}/{keys.delivery_key(other.pk, keys.CLICK)}")
    clicks.flush()

    assert shown(link) == (Count.of(0), None)


def test_pages_print_readers_and_visits_apart(client, of_one_campus):
    content = factories.ContentFactory()
    mailed(content, "letter", 3, of_one_campus.campus)
    mailed(content, "letter to many", 7, of_one_campus.campus)
    mailed(content, "letter to others", 8)
    poster(content.campaign, "sheet", 4321)

    page = client.get(reverse("campaigns:link-list"), {"campaign": content.campaign.pk})
    cells = {}
    for row in page.context["listing"].rows:
        cells[row.record.placement] = [str(cell) for head, cell in row.cells[-2:]]
    not_shown, not_measured = str(Missing.WITHHELD), str(Missing.NOT_MEASURED)
    assert cells["letter"][0] == not_shown
    assert cells["letter to many"][0] == "7"
    assert cells["letter to others"][0] == "0"
    assert cells["sheet"] == [not_measured, "4,321"]

    detail = client.get(content.get_absolute_url())
    readers = {link.placement: link.readers for link in detail.context["links"]}
    assert readers == {
        "letter": Count.of(3),
        "letter to many": Count.of(7),
        "letter to others": Count.of(0),
    }


@pytest.mark.parametrize("sizes", list(permutations([1, 2, 4])))
def test_sorting_tells_nothing_of_numbers_of_readers_that_are_not_shown(
    client, of_one_campus, sizes
):
    content = factories.ContentFactory()
    for placement, readers in zip(["first", "second", "third"], sizes, strict=True):
        mailed(content, placement, readers, of_one_campus.campus)
    mailed(content, "nobody", 0)
    mailed(content, "five", 5, of_one_campus.campus)
    mailed(content, "six", 6, of_one_campus.campus)

    newest_first = ["third", "second", "first"]
    assert in_order(client, content.campaign, "readers") == [
        *newest_first,
        "nobody",
        "five",
        "six",
    ]
    assert in_order(client, content.campaign, "-readers") == [
        "six",
        "five",
        "nobody",
        *newest_first,
    ]


def test_sorting_by_visits_tells_nothing_of_how_often_a_mails_link_was_followed(
    client, of_one_campus
):
    content = factories.ContentFactory()
    poster(content.campaign, "sheet of two", 2)
    mailed(content, "letter", 2)
    poster(content.campaign, "sheet of six", 6)

    upwards = in_order(client, content.campaign, "visits")
    downwards = in_order(client, content.campaign, "-visits")
    assert upwards == ["sheet of two", "sheet of six", "letter"]
    assert downwards == ["letter", "sheet of six", "sheet of two"]
