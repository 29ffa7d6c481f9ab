"""A launch to nobody is refused, with words, and leaves no trace."""

import pytest

from campaigns.sending.actions import launch_content
from core.refusals import Refused
from crm.staff.models import AuditEvent
from tests.campaigns.building import taken_to
from tests.factories import ContentFactory, ReaderFactory, SegmentFactory


def test_hostile_c_a_launch_to_nobody_is_refused(desk, librarian):
    """Before, it worked, and could not be taken back."""
    campaign = taken_to("performance", librarian)
    content = ContentFactory(campaign=campaign)

    campaign.segments.set([SegmentFactory(rule={"test": "kind", "in": ["doctoral"]})])
    with pytest.raises(Refused, match="一个人也没有"):
        launch_content(content=content, by=librarian)

    content.refresh_from_db()
    # Somebody is in it now, but agreed to nothing: not the same reason.
    ReaderFactory(kind="doctoral", consents=[])
    with pytest.raises(Refused, match="没有人可以"):
        launch_content(content=content, by=librarian)

    page = desk.get(f"/desk/contents/{content.pk}/launch/")
    assert "没有人可以" in page.content.decode()
    assert '<button class="btn primary"' not in page.content.decode()

    content.refresh_from_db()
    assert content.state == "draft"
    assert content.launched_at is None
    assert content.deliveries.count() == 0
    assert not AuditEvent.objects.filter(action="content.launch").exists()

    # One reader alone is drawn into the holdout one time in ten.
    type(campaign).objects.filter(pk=campaign.pk).update(holdout_percent=0)
    content.refresh_from_db()
    ReaderFactory(kind="doctoral")
    assert (
        launch_content(content=content, by=librarian).mailed
        + content.deliveries.filter(state="holdout").count()
        == 1
    )
