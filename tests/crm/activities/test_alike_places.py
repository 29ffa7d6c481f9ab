"""A place of a file that is called like a campus is asked about, once."""

import pytest
from django.urls import reverse

from crm.activities.alike_places import alike_places, is_alike, stem_of
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.tasks import import_file
from crm.readers.models import Activity
from crm.staff.models import Campus
from tests.crm.activities.building import readers, source_named, uploaded
from tests.factories import CampusFactory, UserFactory

TEXT = "读者证号,借出时间,馆藏地\nA1,2026-10-01 09:00,鼓楼馆\nA1,2026-10-02 09:00,仙林校区\n"


@pytest.mark.parametrize(
    ("name", "stem"),
    [("鼓楼校区", "鼓楼"), ("鼓楼馆", "鼓楼"), ("鼓楼校区图书馆", "鼓楼"), ("East Library", "east")]
    + [("校区", "校区"), ("Main", "main")],
)  # fmt: skip
def test_stem_of_a_name(name, stem):
    assert stem_of(name) == stem


@pytest.mark.parametrize(
    ("name", "known", "alike"),
    [
        ("鼓楼馆", "鼓楼校区", True),
        ("南京大学鼓楼校区", "鼓楼馆", True),
        ("East Campus", "East Library", True),
        ("仙林馆", "鼓楼校区", False),
        # A title that begins with the name of a campus is kept nowhere.
        ("鼓楼史话", "鼓楼校区", False),
        ("West Library", "East Library", False),
    ],
)
def test_names_that_are_alike(name, known, alike):
    assert is_alike(name, known) is alike


@pytest.mark.django_db
def test_names_of_a_campus_itself_are_not_asked_about():
    campus = CampusFactory(code="gl", name_zh="鼓楼校区", name_en="Gulou Campus")
    names = ["鼓楼校区", "Gulou campus", "GL", "鼓楼馆", "文科馆"]
    assert alike_places(names, [campus]) == {"鼓楼馆": ["gl"]}


@pytest.fixture
def gulou():
    CampusFactory(code="xl", name_zh="仙林校区")
    return CampusFactory(code="gl", name_zh="鼓楼校区")


def mapped(client, batch, **said):
    """The page of the columns, filled in as it stands; ``said`` besides."""
    page = reverse("crm:activity-import-map", args=[batch.pk])
    form = client.get(page).context["form"]
    filled = {}
    for field in form:
        value = field.value()
        if value not in (None, "", False):
            filled[field.html_name] = value
    return client.post(page, filled | said)


@pytest.mark.django_db
@pytest.mark.parametrize("is_new", [False, True])
def test_i2_place_that_is_called_like_a_campus_is_asked_about_once(client, gulou, is_new):
    readers("A1")
    by = UserFactory(role="librarian")
    client.force_login(by)
    batch = uploaded(TEXT, by=by, source=source_named())

    # 馆藏地 is no name that is known: somebody says that it holds places.
    refused = mapped(client, batch, c2="campus")
    assert refused.status_code == 400
    assert "place_0" in refused.context["form"].errors
    assert "鼓楼馆" in refused.content.decode()

    answer = "鼓楼馆" if is_new else "gl"
    taken = mapped(
        client, batch, c2="campus", place_0=answer, create_places="on", save_as="馆藏系统"
    )
    assert taken.status_code == 302, taken.context["form"].errors
    client.post(reverse("crm:activity-import-run", args=[batch.pk]))
    batch.refresh_from_db()
    import_file(batch.job_id)
    assert Campus.objects.count() == 2 + is_new
    at = Activity.objects.order_by("at").first().campus
    assert (at == gulou) is not is_new

    # The profile knows it, and so does the next file of these columns.
    assert ImportProfile.objects.get(name="馆藏系统").options["place_words"] == {"鼓楼馆": answer}
    again = uploaded(TEXT.replace("2026-10-0", "2026-11-0"), by=by, source=source_named())
    assert again.options["place_words"] == {"鼓楼馆": answer}
    page = client.get(reverse("crm:activity-import-map", args=[again.pk]))
    assert "place_0" not in page.context["form"].fields
    assert ImportBatch.objects.count() == 2
