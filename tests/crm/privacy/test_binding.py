"""A follower is nobody; only a reader links a WeChat account to themself (I2)."""

import pytest
from django.urls import reverse

from core.refusals import Refused
from crm.privacy.actions import link_wechat, unlink_wechat
from crm.readers.actions import set_consent
from crm.readers.api import ReaderSerializer
from crm.readers.forms import ReaderForm
from crm.staff.models import AuditEvent
from tests.crm.imports.building import imported
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

OPENID = "oA1b2C3d4E5f6G7h8I9j0K_ab-cd"


def test_i2_an_account_is_linked_by_the_reader_alone_and_taken_back_by_them(client):
    """Nobody else's word links it, and no file brings back what was taken back."""
    mine = UserFactory(role="reader")
    reader = ReaderFactory(source="library", number="A1", user=mine, wechat="", consents=[])
    other, librarian = (
        ReaderFactory(wechat="oElseOfSomebody-0123456789"),
        UserFactory(role="librarian"),
    )
    assert "wechat" not in {*ReaderForm.Meta.fields, *ReaderSerializer.Meta.fields}
    for verb in (
        lambda: link_wechat(reader=reader, openid=OPENID, by=librarian),
        lambda: unlink_wechat(reader=other, by=mine),
        lambda: link_wechat(reader=reader, openid=other.wechat, by=mine),
    ):
        with pytest.raises(Refused):
            verb()

    client.force_login(mine)
    page, back = reverse("crm:me-wechat"), reverse("crm:me-wechat-unlink")
    assert page in client.get(reverse("crm:me")).content.decode()
    assert client.post(page, {"openid": "王小明"}).status_code == 400
    assert client.post(page, {"openid": OPENID}).status_code == 302
    reader.refresh_from_db()
    # Linked is not allowed: that is a word of its own.
    assert (reader.wechat, reader.consents) == (OPENID, [])
    set_consent(
        reader=reader, channel="wechat", purpose="events", granted=True, source="portal", by=mine
    )

    assert client.get(back).status_code == 405
    client.post(back)
    reader.refresh_from_db()
    assert (reader.wechat, reader.consents) == ("", [])
    imported(
        f"读者号,姓名,微信\nA1,{reader.name},{OPENID}\n",
        mapping={"number": "读者号", "name": "姓名"},
    )
    reader.refresh_from_db()
    assert reader.wechat == ""
    trail = AuditEvent.objects.filter(action__startswith="wechat.").order_by("pk")
    assert list(trail.values_list("action", "user")) == [
        ("wechat.link", mine.pk),
        ("wechat.unlink", mine.pk),
    ]
