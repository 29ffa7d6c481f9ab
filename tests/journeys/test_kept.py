"""Pages of what is kept: drafts put back, the library's logo, known hosts; looked at by axe."""

import pytest
from django.urls import reverse

from campaigns.hosts.actions import approve_host
from crm.library.logo import shown
from feedback.voices.models import Voice
from tests import factories
from tests.browser import Live
from tests.core.test_pictures import drawn
from tests.feedback.building import published

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"wide": {}, "phone": {"width": 375, "height": 720}, "dark": {"color_scheme": "dark"}}


@pytest.mark.parametrize("name", SIZES)
def test_pages_have_no_axe_violation_and_no_sideways_scroll(chromium, live_server, name, settings):
    settings.LINK_HOSTS = ["lib.example.edu"]
    admin = factories.UserFactory(role="administrator")
    approve_host(host="www.example.org", reason="友馆", by=admin)
    shown.forget()
    with Live(chromium, live_server.url, **SIZES[name]) as live:
        live.sign_in(admin)
        live.open(reverse("crm:library-settings"))
        live.page.set_input_files(
            "[name=file]",
            {"name": "馆徽.png", "mimeType": "image/png", "buffer": drawn(size=(300, 100))},
        )
        live.page.fill("[name=alt]", "大学图书馆馆徽")
        live.page.click("form:has([name=file]) .primary")
        live.page.wait_for_selector(".logo-large")
        live.check()
        live.shot(f"library-{name}")

        live.open(reverse("campaigns:host-list"))
        live.check()
        live.shot(f"hosts-{name}")

        live.open("/say/")
        live.page.fill("#id_text", "三楼的灯太暗了。")
        live.page.wait_for_selector("[data-draft-saved]:not([hidden])")
        live.page.reload()
        live.page.wait_for_selector("[data-draft-restored]:not([hidden])")
        live.check()
        live.shot(f"say-restored-{name}")

        live.context.set_offline(True)
        live.page.click("form[data-draft] .form-end .primary")
        live.page.wait_for_selector("[data-draft-trouble]:not([hidden])")
        live.shot(f"say-offline-{name}")
        live.context.set_offline(False)
        assert not Voice.objects.exists()

        survey = published()
        live.open(survey.public_url)
        live.check()
        live.shot(f"survey-{name}")
    shown.remember(None)
