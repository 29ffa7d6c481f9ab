"""What a system says of a reader's state: known, asked about once, and never a refused person."""

import pytest

from crm.imports.models import ImportBatch
from crm.readers.models import Reader
from tests.crm.imports.test_views import choices, page, run, upload
from tests.factories import ReaderFactory

pytestmark = pytest.mark.django_db

#: As a Chinese library system exports them.
FILE = (
    "读者证号,姓名,读者类型,证件状态\n"
    "S1,李雷,本科生,正常\n"
    "S2,韩梅梅,本科生,挂失\n"
    "S3,王芳,本科生,注销\n"
    "S4,赵一,本科生,停借\n"
    "S5,钱二,本科生,毕业\n"
    "S6,孙三,本科生,过期\n"
    "S7,周四,本科生,\n"
)
ASKED = {"c0": "number", "c1": "name", "c2": "kind", "c3": "state", "c4": ""}


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


def states_of(*numbers: str) -> list[str]:
    return [Reader.objects.get(number=number).state for number in numbers]


def test_hostile_a_lost_card_refuses_nobody(desk):
    """In 0.1 "unknown state" refused the person, and all her loans with her."""
    upload(desk, FILE)
    batch = ImportBatch.objects.get()
    form = desk.get(page("import-map", batch)).context["form"]
    assert form.code_names() == []

    desk.post(page("import-map", batch), choices(**ASKED))
    run(desk, batch)

    assert (batch.created, batch.refused) == (7, 0)
    assert states_of("S1", "S2", "S3", "S4", "S5", "S6", "S7") == [
        "active",
        "active",
        "left",
        "active",
        "left",
        "left",
        "active",
    ]


def test_a_lost_card_brings_nobody_back(desk):
    """It tells of the card: who had left has not come back by it."""
    ReaderFactory(source="library", number="S2", name="韩梅梅", state="left")
    upload(desk, FILE)
    batch = ImportBatch.objects.get()
    desk.post(page("import-map", batch), choices(**ASKED))
    run(desk, batch)
    assert states_of("S2") == ["left"]


def test_a_word_that_nobody_knows_is_asked_about_once_and_kept_with_the_profile(desk):
    content = FILE.replace("挂失", "甲态").replace("停借", "乙态")
    upload(desk, content)
    batch = ImportBatch.objects.get()
    form = desk.get(page("import-map", batch)).context["form"]
    assert form.questions[form_states(form)] == {"s0": "甲态", "s1": "乙态"}

    asked = choices(s0="left", s1="?", save_as="States", **ASKED)
    said = desk.post(page("import-map", batch), asked | {"s1": ""})
    assert (said.status_code, list(said.context["form"].errors)) == (400, ["s1"])
    desk.post(page("import-map", batch), asked)
    # Who comes back to the page finds what was answered.
    again = desk.get(page("import-map", batch)).context["form"]
    assert (again["s0"].value(), again["s1"].value()) == ("left", "?")
    run(desk, batch)
    assert (batch.created, batch.refused) == (7, 0)
    assert states_of("S2", "S4") == ["left", "active"]

    upload(desk, content.replace("S7", "S8"))
    next_time = ImportBatch.objects.order_by("-pk").first()
    assert next_time.profile.name == "States"
    assert desk.get(page("import-map", next_time)).context["form"].code_names() == []


def form_states(form):
    """The questions about states among those of the form."""
    return next(of for of in form.questions if of.field == "state")


def test_a_state_that_was_not_asked_about_is_left_out_and_said(desk):
    """The column was taken for the state only by hand, so no word of it was asked about."""
    upload(desk, FILE.replace("证件状态", "备注栏").replace("挂失", "甲态"))
    batch = ImportBatch.objects.get()
    desk.post(page("import-map", batch), choices(**ASKED))
    run(desk, batch)
    assert (batch.created, batch.refused) == (7, 0)
    assert batch.report["warnings"] == [
        {"field": "state", "reason": "unknown-state", "rows": 1, "lines": [3]}
    ]
