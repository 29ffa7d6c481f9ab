"""The pages of counts on a screen and on a phone: everything fits, and axe finds nothing."""

import pytest
from django.urls import reverse

from tests.crm.tallies.building import counter, imported, uploaded
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLE = """分馆,月份,受众,活动场次,参加人数
东馆,2026-09,少儿,3,40
东馆,2026-09,成人,1,3
东馆,2026-10,成人,2,X
合计,2026-09,,4,43
西馆,2026-09,成人,负一,5
西馆,2026-10,成人,7,55
"""
GATE = "日期,分馆,人次\n" + "".join(f"2026-10-{day:02},东馆,{300 + day}\n" for day in range(1, 7))


def speak(live, language):
    cookie = {"name": "django_language", "value": language, "url": live.url}
    live.context.add_cookies([cookie])


def test_counts_are_mapped_looked_at_and_corrected_on_any_screen(live):
    events, gate = counter("读者活动登记"), counter("东馆闸机计数")
    first = imported(TABLE, source=events, name="活动.csv")
    imported(GATE, source=gate, name="闸机.csv")
    waiting = uploaded(TABLE.replace("40", "44"), source=events, name="活动2026秋.csv")
    pages = {
        "tally-map": reverse("crm:tally-import-map", args=[waiting.pk]),
        "tally-preview": reverse("crm:tally-import-preview", args=[waiting.pk]),
        "tally-report": reverse("crm:tally-import-detail", args=[first.pk]),
        "tally-list": reverse("crm:tally-list"),
        "tally-coverage": reverse("crm:coverage"),
    }
    live.sign_in(UserFactory(role="librarian"))
    speak(live, "zh-hans")
    for name, address in pages.items():
        live.open(address)
        live.check()
        live.shot(name)
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.page.emulate_media(color_scheme="dark")
    speak(live, "en")
    for name, address in pages.items():
        live.open(address)
        live.check()
        live.shot(f"{name}-phone")
