"""Two records beside each other, and the way in by a link: no barrier, on a screen and a phone."""

import pytest
from django.urls import reverse

from crm.merges import actions
from tests.browser import Live
from tests.factories import CampusFactory, CollegeFactory, ReaderFactory, UserFactory

LOOKS = {
    "desk": {"width": 1280, "locale": "zh-CN"},
    "phone": {"width": 375, "height": 700, "locale": "en-GB", "color_scheme": "dark"},
}


@pytest.fixture
def records(transactional_db):
    """(librarian, kept record, one that looks like it); a third went into the kept one."""
    librarian = UserFactory(role="librarian", display_name="王老师")
    campus = CampusFactory(name_zh="主校区", name_en="Main campus")
    college = CollegeFactory(name_zh="文学院", name_en="Humanities")
    kept = ReaderFactory(
        name="李雷", number="2021110301", email="lei@example.com", campus=campus, college=college
    )
    alike = ReaderFactory(
        name="李 雷",
        number="K0099123",
        email="Lei@example.com",
        phone="13800000001",
        kind="master",
        campus=campus,
        cohort=2021,
    )
    gone = ReaderFactory(name="李雷", number="T001", email="old@example.com")
    actions.merge(kept=kept, gone=gone, by=librarian)
    return librarian, kept, alike


@pytest.mark.parametrize("look", LOOKS)
def test_pages_have_no_barrier(chromium, live_server, records, look):
    librarian, kept, alike = records
    with Live(chromium, live_server.url, **LOOKS[look]) as window:
        for name, arguments in (("sign-in-link", []), ("sign-in-link-open", ["x"])):
            assert window.open(reverse(f"crm:{name}", args=arguments)).status == 200
            window.check()
            window.shot(f"{name}-{look}")
        window.sign_in(librarian)
        for name, arguments in (
            ("twin-list", []),
            ("reader-join", [kept.pk, alike.pk]),
            ("reader-twins", [kept.pk]),
        ):
            assert window.open(reverse(f"crm:{name}", args=arguments)).status == 200
            window.check()
            window.shot(f"{name}-{look}")
        assert window.errors == []
