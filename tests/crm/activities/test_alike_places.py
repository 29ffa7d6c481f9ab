"""A place of a file that is called like a campus is asked about, once."""

import re

import pandas
import pytest
from django.urls import reverse

from crm.activities.alike_places import alike_places, is_alike, stem_of
from crm.activities.naming import LONGEST
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.tasks import import_file
from crm.readers.models import Activity
from crm.staff.models import Campus
from tests.crm.activities.building import readers, source_named, uploaded
from tests.data import real_file
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
        ("鼓楼馆", "南京大学鼓楼校区", True),
        ("南京大学图书馆鼓楼分馆", "鼓楼校区", True),
        ("鼓楼校区东区自习室2", "鼓楼", True),
        ("图书馆（鼓楼）", "鼓楼校区", True),
        ("Branch Bookmobile (Sunset)", "Sunset", True),
        ("Mission Bay Branch Library", "Mission Bay", True),
        ("Rochester Kiosk", "Rochester Campus", True),
    ],
)
def test_names_that_are_alike(name, known, alike):
    assert is_alike(name, known) is alike


#: (what somebody has read, the campus whose name is in it)
TITLES = [
    ("鼓楼钟声", "鼓楼校区"),
    ("大观园", "大观校区"),
    ("鼓楼医院的故事", "鼓楼校区"),
    ("我在鼓楼图书馆", "鼓楼校区"),
    ("鼓楼图书馆奇案", "鼓楼"),
    ("消失的鼓楼校区", "鼓楼"),
    ("北大学子的鼓楼分馆", "鼓楼"),
    ("大学", "南京大学鼓楼校区"),
    ("南京", "南京大学鼓楼校区"),
    ("Mission Bay Murders", "Mission Bay"),
    ("Mission Bay Library Murders", "Mission Bay"),
    ("Death at Mission Bay Library", "Mission Bay"),
    ("The Mission Bay Library", "Mission Bay"),
    ("Murder on the Mission Bay Campus", "Mission Bay Library"),
    ("South Pacific", "Pacific Campus"),
    ("Parkside Library Ghosts", "Park"),
]


@pytest.mark.parametrize(("title", "campus"), TITLES)
def test_title_with_the_name_of_a_campus_in_it_is_not_alike(title, campus):
    """Nothing is asked about it, so no answer keeps it."""
    assert not is_alike(title, campus)


@pytest.mark.django_db
def test_i2_titles_in_a_column_of_places_are_kept_nowhere(client):
    """Somebody says by mistake that the column of titles holds places."""
    for title, name in TITLES:
        Campus.objects.get_or_create(code=f"c{name}", defaults={"name_zh": name})
        assert alike_places([title], Campus.objects.all()) == {}, title
    readers("A1")
    by = UserFactory(role="librarian")
    client.force_login(by)
    rows = [f"A1,2026-10-0{n % 9 + 1} 09:00,{title}\n" for n, (title, _name) in enumerate(TITLES)]
    text = "读者证号,借出时间,馆藏地\n" + "".join(rows)
    batch = uploaded(text, by=by, source=source_named())
    mapped(client, batch, c2="campus", save_as="馆藏系统")
    batch.refresh_from_db()
    said = str(batch.options) + str(list(ImportProfile.objects.values_list("options", flat=True)))
    assert [title for title, _name in TITLES if f"'{title}'" in said] == []


def places_of_other_libraries() -> dict[str, set[str]]:
    """{file: names of places in it} of real files."""
    columns = {
        "sfpl/Library_Usage.csv.gz": "Home Library Definition",
        "timberland/Normalized_2021Programs.csv": "Library",
        "timberland/Normalized_2021ActiveCardholdersbyAge.csv": "User Library",
        "barnet/events_barnet.csv": "Library name",
        "barnet/loans_barnet.csv": "Library name",
        "barnet/physical_visits_newcastle.csv": "Library name",
    }
    found = {}
    for name, column in columns.items():
        table = pandas.read_csv(real_file(name), usecols=[column], encoding="utf-8-sig")
        found[name] = set(table[column].dropna().str.strip())
    return found


def test_names_of_places_of_other_libraries_are_found_with_a_kind_behind_or_before():
    """As one system writes "Library" behind a name that another has alone."""
    for names in places_of_other_libraries().values():
        bare = {name for name in names if re.fullmatch(r"[A-Za-z]+( [A-Za-z]+){0,2}", name)}
        for name in bare:
            for said in (f"{name} Library", f"{name} Branch", f"Branch Bookmobile ({name})"):
                assert is_alike(said, name) is (len(said) <= LONGEST), said


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
