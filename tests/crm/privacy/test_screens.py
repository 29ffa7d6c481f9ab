"""The pages on which people see and decide about their own data, on every screen."""

import pytest
from django.urls import reverse

from crm.privacy.models import Correction, Incident
from crm.readers.looks import look_at_many, look_at_one
from tests import factories, servers
from tests.crm.privacy.person import whole_person
from tests.looking import said_why

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = {
    "desktop": ({"width": 1280, "height": 900}, "light"),
    "phone": ({"width": 375, "height": 812}, "light"),
    "dark": ({"width": 1280, "height": 900}, "dark"),
}


@pytest.fixture
def librarian(db):
    return factories.UserFactory(role="librarian", username="heh", display_name="何叙")


@pytest.fixture
def reader(librarian):
    reader = whole_person(librarian)
    reader.departure.delete()
    look_at_one(reader, by=factories.UserFactory(role="manager", username="m2"), reason="work")
    look_at_many([reader.pk], by=librarian, place="export")
    return reader


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_own_pages_have_no_barrier_and_fit(live, reader, screen, language):
    size, scheme = SCREENS[screen]
    live.page.set_viewport_size(size)
    live.page.emulate_media(color_scheme=scheme)
    live.context.set_extra_http_headers({"Accept-Language": language})
    live.sign_in(reader.user)
    for name in (
        "me",
        "me-leave",
        "me-analytics",
        "me-correct",
        "me-wechat",
        "me-address",
        "privacy",
    ):
        live.open(reverse(f"crm:{name}"))
        if name == "me":
            live.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        live.check()
        live.shot(f"{name}-{screen}-{language}")


def test_table_wider_than_a_phone_shows_its_edge_and_moves_by_keyboard(live):
    """In 0.1 nothing said that a table went on beyond the screen."""
    factories.ReaderFactory.create_batch(2)
    live.sign_in(factories.UserFactory(role="manager"))
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.open(reverse("crm:reader-list"))
    table = live.page.locator(".table-wrap").first
    # The rows of this list are blocks here; whatever is too wide all the same is moved.
    table.evaluate("region => { region.firstElementChild.style.minWidth = '900px' }")
    wider = "region => region.scrollWidth - region.clientWidth"
    assert table.evaluate(wider) > 0

    drawn = table.evaluate("region => getComputedStyle(region).backgroundAttachment")
    assert drawn == "local, local, scroll, scroll"
    table.focus()
    live.page.keyboard.press("ArrowRight")
    servers.wait_for(lambda: table.evaluate("region => region.scrollLeft") > 0)


def test_register_needs_no_scrolling_on_a_phone_and_stays_a_table(live):
    """In 0.1 its six columns ran out of the screen."""
    live.sign_in(factories.UserFactory(role="manager"))
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.open(reverse("crm:privacy-register"))
    table = live.page.get_by_role("region").first
    assert table.evaluate("region => region.scrollWidth - region.clientWidth") == 0
    assert table.get_by_role("rowheader").count() > 20


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_of_staff_have_no_barrier_and_fit(live, reader, librarian, screen):
    correction = Correction.objects.first()
    Incident.objects.create(title="名单遗失", concerned="12 人的姓名")
    size, scheme = SCREENS[screen]
    live.page.set_viewport_size(size)
    live.page.emulate_media(color_scheme=scheme)
    manager = factories.UserFactory(role="manager")
    live.sign_in(manager)
    page = reverse("crm:reader-detail", args=[reader.pk])
    paths = {
        "reason": page,
        "person": page,
        "erase": reverse("crm:reader-erase", args=[reader.pk]),
        "corrections": reverse("crm:correction-list"),
        "correction": reverse("crm:correction-detail", args=[correction.pk]),
        "register": reverse("crm:privacy-register"),
        "impact": reverse("crm:privacy-impact"),
        "incident": reverse("crm:incident-create"),
    }
    for name, path in paths.items():
        live.open(path)
        live.check()
        live.shot(f"{name}-{screen}")
        if name == "reason":
            said_why(reader, by=manager)
