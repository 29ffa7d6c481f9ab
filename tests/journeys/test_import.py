"""A librarian imports a table in the browser and finds a person.

Axe on every page, desktop and phone.
"""

import pytest
from django.urls import reverse

from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file
from crm.readers.models import Reader
from tests.factories import ActivityFactory, JobFactory, ReaderFactory, SegmentFactory, UserFactory
from tests.looking import said_why

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = (
    "读者号,姓名,读者类型,校区,邮箱\n"
    "A1,李雷,本科生,南湖校区,a1@example.org\n"
    "A2,韩梅梅,巫师,南湖校区,\n"
)


@pytest.fixture
def librarian():
    return UserFactory(role="librarian")


def test_import_from_upload_to_undo(live, librarian, tmp_path):
    file = tmp_path / "读者.csv"
    file.write_bytes(TABLE.encode("gb18030"))
    live.sign_in(librarian)
    page = live.page

    # Choose a file.
    live.open(reverse("crm:import-create"))
    assert live.axe() == []
    page.set_input_files("[name=file]", file)
    live.follow(page.locator("main form .primary"))

    # What is which column was guessed from the words of the first row.
    assert page.input_value("[name=c0]") == "number"
    assert live.axe() == []
    # A word that is no kind of reader is answered by a person.
    page.select_option("[name=k0]", "-")
    live.follow(page.locator("main form .primary"))

    # The preview shows the row that will be refused.
    assert "巫师" in page.inner_text("main")
    assert live.axe() == []
    page.click("main form .primary")

    # No worker runs here: the test does the job that the page waits for.
    page.wait_for_url("**/desk/imports/*/")
    assert live.axe() == []
    import_file(ImportBatch.objects.get().job_id)

    # The progress fragment asks for the whole page once the job has ended.
    page.wait_for_selector("[commandfor=undo][command=show-modal]")
    assert live.axe() == []
    assert Reader.objects.get().name == "李雷"

    page.click("[commandfor=undo][command=show-modal]")
    page.click("dialog[open] .danger")
    page.wait_for_url("**/desk/jobs/*/")
    assert live.axe() == []


@pytest.mark.parametrize(
    "look", [{}, {"width": 375, "height": 800}, {"color_scheme": "dark"}], ids=str
)
def test_pages_of_readers_are_free_of_barriers_and_fit(live, librarian, look):
    reader = ReaderFactory(name="李雷", traits={"age_range": "25 to 34"})
    ActivityFactory(reader=reader)
    SegmentFactory().members.create(reader=reader, since="2026-03-01T00:00Z")
    JobFactory()
    chief = UserFactory(role="administrator")
    said_why(reader, by=chief)

    live.page.set_viewport_size(
        {"width": look.get("width", 1280), "height": look.get("height", 900)}
    )
    live.page.emulate_media(color_scheme=look.get("color_scheme", "light"))

    names = ["reader-list", "import-list", "job-list", "audit-list", "user-list", "me"]
    paths = [reverse(f"crm:{name}") for name in names]
    paths += [
        reader.get_absolute_url(),
        reverse("crm:reader-edit", args=[reader.pk]),
    ]
    paths += [reverse("crm:user-edit", args=[librarian.pk])]

    live.sign_in(chief)
    found = {}
    for path in paths:
        live.open(path)
        wrong = live.axe()
        if not live.fits():
            wrong = [*wrong, "scrolls sideways"]
        if wrong:
            found[path] = wrong

    assert found == {}
