"""Who may be told how many: exact numbers are for who may open every reader."""

import re

import pytest
from django.utils import timezone

from campaigns.contents.models import Content
from crm.readers.models import Look, Reader
from crm.readers.queries import may_open_every_reader
from tests import factories
from tests.campaigns.building import url

pytestmark = pytest.mark.django_db


def campus_manager():
    return factories.UserFactory(role="manager", campus=factories.CampusFactory())


@pytest.mark.parametrize("role", ["reader", "librarian", "manager", "administrator"])
@pytest.mark.parametrize("has_campus", [False, True])
def test_exact_numbers_are_for_who_sees_every_reader(role, has_campus):
    factories.ReaderFactory.create_batch(2)
    campus = factories.CampusFactory() if has_campus else None
    person = factories.UserFactory(role=role, campus=campus)
    sees_all = Reader.objects.visible_to(person).count() == Reader.objects.count()
    assert may_open_every_reader(person) == sees_all


def sent_to(content, campus, n: int, **fields):
    """``n`` deliveries to readers of ``campus``."""
    readers = factories.ReaderFactory.create_batch(n, campus=campus)
    return [factories.DeliveryFactory(content=content, reader=one, **fields) for one in readers]


def told(response) -> dict[str, str]:
    return {row.state: str(row.count) for row in response.context["progress"].rows}


def begun(content):
    Content.objects.filter(pk=content.pk).update(
        state="sending", launched_at=timezone.now(), launched_by=content.campaign.owner
    )


def test_live_page_counts_the_readers_of_ones_own_campus(client, content):
    """Fault 56. 20 and 3 of the own campus, which its staff may open; 2 more elsewhere."""
    manager = campus_manager()
    client.force_login(manager)
    now = timezone.now()
    sent_to(content, manager.campus, 20, state="sent", sent_at=now)
    sent_to(content, manager.campus, 3, state="pending")
    sent_to(content, factories.CampusFactory(), 2, state="failed", reason="550 no")
    begun(content)

    response = client.get(url("content-progress", content.pk))

    assert told(response) == {"sent": "20", "pending": "3"}
    assert response.context["progress"].percent_done == 86
    # That some failed elsewhere is said, and not how many.
    assert "重试失败的邮件" in response.content.decode()


def test_live_page_does_not_move_with_a_reader_of_another_campus(client, content):
    """Fault 55. Two looks with one click between them tell of nobody one may not open."""
    manager = campus_manager()
    client.force_login(manager)
    now = timezone.now()
    sent_to(content, manager.campus, 20, state="sent", sent_at=now)
    elsewhere = sent_to(content, factories.CampusFactory(), 20, state="sent", sent_at=now)
    begun(content)

    looks = []
    for delivery in [None, *elsewhere[:3]]:
        if delivery is not None:
            delivery.clicked_at = now
            delivery.save(update_fields=["clicked_at"])
        page = client.get(url("content-progress", content.pk)).content.decode()
        looks.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))

    assert len(set(looks)) == 1


def test_launch_counts_the_readers_of_ones_own_campus(client, content):
    """Fault 56."""
    manager = campus_manager()
    client.force_login(manager)
    segment = factories.SegmentFactory()
    content.campaign.segments.add(segment)
    factories.ReaderFactory.create_batch(8, campus=manager.campus)
    factories.ReaderFactory.create_batch(3, campus=factories.CampusFactory())

    page = client.get(url("content-launch", content.pk)).content.decode()

    assert "发给这些读者？" in page
    assert '<th scope="row" class="n">8</th>' in page
    assert "11" not in page.split("<table")[1].split("</table>")[0]


def test_who_followed_a_link_is_named_to_those_alone_who_may_open_them(client, content):
    """Fault 55. The list and its filter stand beside a count that is not told."""
    manager = campus_manager()
    now = timezone.now()
    (own,) = sent_to(content, manager.campus, 1, state="sent", sent_at=now, clicked_at=now)
    sent_to(content, factories.CampusFactory(), 2, state="sent", sent_at=now, clicked_at=now)
    begun(content)
    client.force_login(manager)

    page = client.get(url("delivery-list", content.pk), {"clicked": "on"})
    assert [delivery.pk for delivery in page.context["page"]] == [own.pk]
    live = client.get(url("content-progress", content.pk)).context["progress"]
    assert live.clicked.is_withheld
    # Who may see the name leaves a look.
    assert Look.objects.at(own.reader).get().user == manager

    client.force_login(factories.UserFactory(role="reader"))
    assert client.get(url("delivery-list", content.pk), {"clicked": "on"}).status_code == 403
