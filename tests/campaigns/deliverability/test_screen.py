"""The pages of mailing as people see them."""

import pytest

from campaigns.limits.models import LimitStop
from campaigns.sending.models import Delivery
from tests import factories
from tests.campaigns.building import url
from tests.campaigns.limits.building import another_campaign, days_ago, promotion, rules
from tests.campaigns.returns.building import RETURN_ADDRESS

pytestmark = pytest.mark.django_db(transaction=True)
REASONS = {
    "": "sent",
    "550 5.1.1 user unknown": "failed",
    "552 5.2.2 mailbox full": "failed",
    "550 5.7.1 spam": "failed",
}
DOMAINS = {"qq.com": 40, "163.com": 24, "nanhu.edu.cn": 31, "example.org": 2}


def mailed(content, by) -> None:
    """Mails of yesterday, whatever became of them."""
    type(content).objects.filter(pk=content.pk).update(
        state="paused", launched_at=days_ago(1), launched_by=by
    )
    found = []
    for domain, n in DOMAINS.items():
        for number in range(n):
            reader = factories.ReaderFactory(email=f"r{number}@{domain}")
            reason = list(REASONS)[(number % 9 == 1) + 2 * (number % 7 == 3)]
            row = {"state": REASONS[reason], "reason": reason, "due_at": days_ago(1)}
            if not reason:
                row["sent_at"] = days_ago(1)
            found.append(Delivery(content=content, reader=reader, **row))
    Delivery.objects.bulk_create(found)


def test_pages_of_mailing_have_no_barrier_on_desk_and_phone(live, campaign, librarian, settings):
    settings.RETURN_ADDRESS = RETURN_ADDRESS
    admin = factories.UserFactory(role="administrator", first_name="静", last_name="王")
    rules(cap_mails=2, cap_days=7, quiet_from="22:00", quiet_until="07:30", changed_by=admin)
    content = promotion(campaign)
    mailed(content, librarian)
    other = another_campaign(campaign)
    stopped = {"trouble": "bounces", "contents": [], "found": 12, "n": 210, "limit": 5}
    LimitStop.objects.create(campaign=campaign, **stopped)
    LimitStop.objects.create(
        campaign=other, **stopped, resumed_at=days_ago(0), resumed_by=admin, reason="名单已更新"
    )
    waiting = promotion(other)
    pages = {
        "arrival": url("deliverability"),
        "rules": url("mail-rules"),
        "resume": url("limit-resume", campaign.pk),
        "paused": url("content-detail", content.pk),
        "launch": url("content-launch", waiting.pk),
    }
    live.sign_in(admin)
    for width, scheme, language in ((1280, "light", "zh-hans"), (375, "dark", "en")):
        live.page.set_viewport_size({"width": width, "height": 900})
        live.page.emulate_media(color_scheme=scheme)
        live.context.set_extra_http_headers({"Accept-Language": language})
        for name, path in pages.items():
            live.open(path)
            live.check()
            live.shot(f"{name}-{width}")
    assert live.errors == []
