"""Who may be told how many: exact numbers are for who may open every reader."""

import pytest
from django.utils import timezone

from campaigns.contents.models import Content
from crm.readers.models import Reader
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


def test_numbers_of_readers_one_may_not_open_are_protected(client, content):
    """Staff of a campus open that campus's readers alone, so what they see is what all may see."""
    client.force_login(campus_manager())
    now = timezone.now()
    factories.DeliveryFactory.create_batch(20, content=content, state="sent", sent_at=now)
    factories.DeliveryFactory.create_batch(3, content=content, state="failed", reason="550 no")
    factories.DeliveryFactory.create_batch(6, content=content)
    Content.objects.filter(pk=content.pk).update(
        state="sending", launched_at=timezone.now(), launched_by=content.campaign.owner
    )

    response = client.get(url("content-progress", content.pk))

    told = {row.state: str(row.count) for row in response.context["progress"].rows}
    # 3 is few, and 6 hides with it: alone it would follow from how many were to be mailed.
    assert told == {"sent": "20", "failed": "未显示", "pending": "未显示"}
    assert response.context["progress"].percent_done is None
    assert "重试失败的邮件" in response.content.decode()


def test_launch_says_to_staff_of_a_campus_what_all_may_be_told(client, content):
    client.force_login(campus_manager())
    factories.ReaderFactory.create_batch(3)

    page = client.get(url("content-launch", content.pk)).content.decode()

    assert "发给这些读者？" in page
    assert '<th scope="row" class="n">未显示</th>' in page
