"""I6: a new administrator comes from an empty database to the first segment in the browser."""

import re

import pytest
from django.urls import reverse

from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file
from crm.letters.post import send_due
from crm.library import chosen, logo, naming
from crm.segments.models import Segment
from crm.setup.steps import first_steps
from tests.browser import Live
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
#: The page of one import, of readers or of what they did.
IMPORT = re.compile(r"/desk/imports/(activities/)?\d+/$")
PATRONS = "读者号,姓名,读者类型,校区,邮箱\nA1,李雷,本科生,main,a1@example.org\n"
LOANS = "读者证号,借出时间\nA1,2026-10-01 09:00:00\nA1,2026-10-02 10:00:00\n"
#: Width, height, scheme.
LOOKS = ((1280, 900, "light"), (375, 812, "dark"))


@pytest.fixture
def desk(chromium, live_server, settings, tmp_path):
    settings.LIBRARY_NAME, settings.LOCAL_DIR = "", tmp_path
    with Live(chromium, live_server.url, locale="zh-CN") as live:
        yield live
        assert live.errors == []


def done() -> list[str]:
    for shown in (chosen.shown, logo.shown, naming.shown):
        shown.forget()
    return [step.key for step in first_steps().steps if step.is_done]


def follow(desk, key: str) -> None:
    """From the list of steps to the page of one."""
    desk.open(reverse("crm:setup"))
    desk.page.click(f'main ol a[href$="#{key}"]')


def add(desk, key: str, **values: str) -> None:
    """One row of a register."""
    follow(desk, key)
    for name, value in values.items():
        desk.page.fill(f"main form:first-of-type [name={name}]", value)
    desk.page.locator("main form .primary").first.click()


def test_i6_new_administrator_comes_to_the_first_segment_by_the_browser(desk, sink, tmp_path):
    """I6: every step from the list, each told by the data, none ticked by hand."""
    desk.sign_in(UserFactory(role="administrator", email="ad@example.edu"))
    page = desk.page
    desk.open(reverse("analytics:today"))
    page.click(f'main a.btn[href="{reverse("crm:setup")}"]')
    assert done() == []

    follow(desk, "name")
    page.fill("[name=zh]", "回声图书馆")
    page.click("#name .primary")
    follow(desk, "colour")
    page.check("[name=colour][value=lake]")
    page.click("#colour .primary")
    add(desk, "campuses", code="main", name_zh="主校区")
    add(desk, "departments", code="reader", name_zh="读者服务部")
    term = {"starts_on": "2026-09-01", "ends_on": "2027-01-15"}
    add(desk, "terms", code="2026-1", name_zh="秋季学期", **term)
    assert done() == ["name", "colour", "campuses", "departments", "terms"]

    follow(desk, "sender")
    page.fill("[name=notices]", "desk@lib.example.edu")
    page.fill("[name=back]", "returns@lib.example.edu")
    page.locator("main form .primary").first.click()
    chosen.shown.forget()
    page.click("#sender-tests .btn")
    # No worker runs here: the test mails what is due, and the page asks how it went.
    send_due()
    page.wait_for_selector("#sender-tests .chip.green")
    assert sink.addresses == ["ad@example.edu"]

    bring_in(desk, "patrons", tmp_path, PATRONS)
    import_file(ImportBatch.objects.get(takes="patrons").job_id)
    bring_in(desk, "activities", tmp_path, LOANS)
    import_file(ImportBatch.objects.exclude(takes="patrons").get().job_id)

    follow(desk, "segment")
    page.fill("[name=name]", "所有读者")
    page.locator("main form .primary").first.click()
    page.wait_for_url("**/desk/segments/*/")
    assert Segment.objects.get().size == 1

    left = {step.key for step in first_steps().open}
    assert left == {"logo", "backup"}
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        for name in ("setup", "mail-settings", "library-settings", "library-changes", "subscribe"):
            desk.open(reverse(f"crm:{name}"))
            desk.check()


def bring_in(desk, step: str, folder, text: str) -> None:
    """A file from its upload to the run, as it was guessed."""
    file = folder / f"{step}.csv"
    file.write_text(text)
    follow(desk, step)
    page = desk.page
    page.set_input_files("[name=file]", file)
    if step == "activities":
        page.select_option("[name=kind]", "loans")
    page.locator("main form .primary").first.click()
    if step == "activities":
        page.fill("[name=new_source]", "馆藏系统")
    page.locator("main form .primary").first.click()
    page.locator("main form .primary").first.click()
    page.wait_for_url(IMPORT)
