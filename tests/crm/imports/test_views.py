"""The import as a librarian clicks through it, and as the command line runs it."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from core.terms import Over, term
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.tasks import import_file, undo_import
from crm.privacy.actions import erase
from crm.readers.models import Reader
from tests.factories import CampusFactory, ImportBatchFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>"
TABLE = f"""Number,Name,Kind,Mail,Hobby
A1,{EVIL},teacher,a1@example.org,=cmd()
A2,Bob,wizard,b@example.org,-1
A3,Cid,staff,c@example.org,chess
"""


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    return client


def upload(desk, content=TABLE, name="readers.csv", **data):
    content = content if isinstance(content, bytes) else content.encode()
    return desk.post(
        reverse("crm:import-create"), {"file": SimpleUploadedFile(name, content), **data}
    )


def page(name, batch):
    return reverse(f"crm:{name}", args=[batch.pk])


def choices(**more):
    return {
        "source": "library",
        "kind": "public",
        "language": "en",
        "create_places": "on",
        "c0": "number",
        "c1": "name",
        "c2": "kind",
        "c3": "email",
        "c4": "trait:hobby",
        "encoding": "utf-8",
        **more,
    }


def run(desk, batch):
    response = desk.post(page("import-run", batch))
    batch.refresh_from_db()
    import_file(batch.job_id)
    batch.refresh_from_db()
    return response


def imported(desk) -> ImportBatch:
    """The table above, uploaded, mapped and run; the row of its unknown kind is refused."""
    upload(desk)
    batch = ImportBatch.objects.get()
    desk.post(page("import-map", batch), choices(k0="-"))
    run(desk, batch)
    return batch


def test_wizard_from_file_to_report(desk):
    batch = ImportBatch.objects.get(pk=upload(desk).url.split("/")[-3])
    mapping = desk.get(page("import-map", batch)).context["form"]
    assert (mapping["c0"].value(), mapping["c2"].value(), mapping["c4"].value()) == (
        "number",
        "kind",
        "",
    )

    answer = desk.post(
        page("import-map", batch), choices(save_as="Our system", kind_words="wizard = doctoral")
    )
    assert answer.url == page("import-preview", batch)
    assert desk.get(answer.url).context["preview"].counts.created == 3

    assert run(desk, batch).url == page("import-detail", batch)
    assert (batch.state, batch.created) == ("done", 3)
    assert Reader.objects.get(number="A2").kind == "doctoral"
    profile = ImportProfile.objects.get(name="Our system")
    assert profile.mapping["trait:hobby"] == "Hobby"
    assert verb_finds_profile(desk) == profile


@pytest.mark.parametrize(
    ("kind_words", "language", "button"),
    [
        ("wizard = doctoral", "zh-hans", "导入：新增 3，更新 0"),
        ("", "zh-hans", "导入：新增 2，更新 0"),
        ("", "en", "Import: 2 new, 0 changed"),
    ],
)
def test_button_of_the_preview_names_what_will_be_imported(desk, kind_words, language, button):
    """Of three rows one names a kind that nobody knows."""
    upload(desk)
    batch = ImportBatch.objects.get()
    desk.post(page("import-map", batch), choices(kind_words=kind_words))
    answer = desk.get(page("import-preview", batch), headers={"accept-language": language})
    assert f'<button class="btn primary">{button}</button>' in answer.content.decode()


def verb_finds_profile(desk):
    """The next file of the same shape is read like the saved profile by itself."""
    upload(desk, TABLE.replace("chess", "go"))
    return ImportBatch.objects.order_by("-pk").first().profile


def test_names_with_script_stay_text_on_every_page(desk):
    """Fault 29: markup in cells, in names of columns and in the name of the file."""
    upload(desk, TABLE.replace("Hobby", f"<img src=x>{EVIL}"), name=f"{EVIL}.csv")
    batch = ImportBatch.objects.get()
    desk.post(page("import-map", batch), choices(kind_words="wizard = staff"))

    pages = [desk.get(page(name, batch)) for name in ("import-map", "import-preview")]
    run(desk, batch)
    reader = Reader.objects.get(number="A1")
    pages += [desk.get(page("import-detail", batch)), desk.get(reverse("crm:import-list"))]
    pages += [desk.get(reverse("crm:reader-list")), desk.get(reader.get_absolute_url())]

    for answer in pages:
        assert answer.status_code == 200
        assert EVIL not in answer.content.decode()
        assert "<img src=x" not in answer.content.decode()
    assert reader.name == EVIL


def test_refused_rows_download_with_formulas_defused(desk):
    """Fault 30: a cell that begins like a formula must not run when the file is opened again."""
    batch = imported(desk)
    assert desk.head(page("import-refusals", batch)).status_code == 405

    with override("en"):
        lines = (
            b"".join(desk.get(page("import-refusals", batch)).streaming_content)
            .decode("utf-8-sig")
            .splitlines()
        )

    assert lines[0].split(",")[2:] == ["Number", "Name", "Kind", "Mail", "Hobby"]
    assert lines[1].split(",")[2:] == ["A2", "Bob", "wizard", "b@example.org", "'-1"]
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "readers.csv"),
        (b"%PDF-1.4", "readers.csv"),
        (b"number\n", "readers.csv"),
        (TABLE.encode() * 40, "readers.csv"),
    ],
    ids=["empty", "pdf", "header-only", "too-large"],
)
def test_unreadable_file_says_why_and_nothing_is_kept(desk, settings, content, name):
    settings.IMPORT_MAX_BYTES = 4000

    answer = upload(desk, content, name)

    assert answer.status_code == 400
    assert answer.context["form"].errors["file"]
    assert not ImportBatch.objects.exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_file_name_of_four_kilobytes_is_only_a_label(desk):
    upload(desk, name="n" * 4000 + ".csv")

    batch = ImportBatch.objects.get()
    assert len(batch.filename) <= 200
    assert batch.file.name.endswith(".table")


@pytest.mark.parametrize(
    "wrong",
    [
        {"c1": "number"},
        {"c0": ""},
        {"source": "portal"},
        {"kind_words": "wizard = sorcerer"},
        {"kind": "administrator"},
        {"c4": "role"},
    ],
    ids=["twice", "no-number", "portal", "word", "kind", "unknown-field"],
)
def test_wrong_mapping_is_said_on_the_page(desk, wrong):
    upload(desk)
    batch = ImportBatch.objects.get()

    answer = desk.post(page("import-map", batch), choices(**wrong))

    assert answer.status_code == 400
    assert answer.context["form"].errors


def test_another_profile_can_be_chosen_and_must_fit(desk):
    upload(desk)
    batch = ImportBatch.objects.get()

    desk.post(page("import-profile", batch), {"profile": ImportProfile.objects.get(code="sfpl").pk})
    answer = desk.get(page("import-preview", batch), follow=True)

    assert answer.redirect_chain[0][0] == page("import-map", batch)
    assert "Home Library Definition" in str(list(answer.context["messages"])[0])


def test_column_mapped_to_a_field_and_a_trait_keeps_the_name_of_the_trait(desk):
    upload(desk)
    batch = ImportBatch.objects.get()
    batch.mapping = {"number": "Number", "trait:pet": "Hobby", "consent_email": "Hobby"}
    batch.save()

    form = desk.get(page("import-map", batch)).context["form"]

    assert form["c4"].value() == "consent_email"
    assert "trait:pet" in [code for code, _label in form.fields["c4"].choices]


def test_same_file_is_announced(desk):
    first = imported(desk)
    upload(desk)

    answer = desk.get(page("import-map", ImportBatch.objects.order_by("-pk").first()))

    assert answer.context["same"] == first


def test_finished_import_cannot_be_mapped_or_run_again(desk):
    batch = imported(desk)
    job = batch.job

    assert desk.get(page("import-map", batch)).url == batch.get_absolute_url()
    assert desk.get(page("import-preview", batch)).url == batch.get_absolute_url()
    desk.post(page("import-run", batch))
    batch.refresh_from_db()
    assert batch.job == job


def test_undo_from_the_page(desk):
    batch = imported(desk)

    job_page = desk.post(page("import-undo", batch)).url
    undo_import(int(job_page.split("/")[-2]))

    assert desk.get(page("import-detail", batch)).context["batch"].state == "undone"
    assert not Reader.objects.exists()


def test_staff_of_one_campus_see_their_own_imports_only(client):
    other = ImportBatchFactory(created_by=UserFactory(role="librarian"), filename="secret-list.csv")
    keeper = UserFactory(role="librarian", campus=CampusFactory())
    own = ImportBatchFactory(created_by=keeper, filename="mine.csv")
    client.force_login(keeper)

    text = client.get(reverse("crm:import-list")).content.decode()

    assert ("mine.csv" in text, "secret-list.csv" in text) == (True, False)
    assert client.get(page("import-detail", other)).status_code == 404
    assert client.get(page("import-detail", own)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_import_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    desk, rows, django_assert_num_queries
):
    ImportBatchFactory.create_batch(rows, created_by=UserFactory())
    with django_assert_num_queries(4):
        desk.get(reverse("crm:import-list"))


def test_command_imports_like_the_desk(tmp_path):
    path = tmp_path / "readers.csv"
    path.write_text("读者号,姓名,读者类型,邮箱\nA1,李雷,本科生,a@example.org\nA2,x,?,\n")
    UserFactory(username="lib", role="librarian")
    out = io.StringIO()

    call_command(
        "import_readers", path, profile="generic", as_user="lib", stdout=out, stderr=io.StringIO()
    )

    assert "2 rows: 1 new, 0 changed, 0 unchanged, 1 refused." in out.getvalue()
    assert Reader.objects.get().import_batch.created_by.username == "lib"


@pytest.mark.parametrize(
    ("file", "profile", "said"),
    [
        ("none.csv", "generic", "none.csv"),
        ("readers.csv", "nope", "sfpl"),
        ("readers.csv", "sfpl", "Home Library"),
    ],
    ids=["no-file", "no-profile", "wrong-profile"],
)
def test_command_says_what_is_wrong(tmp_path, file, profile, said):
    (tmp_path / "readers.csv").write_text("number\n1\n")

    with pytest.raises(CommandError, match=said):
        call_command("import_readers", tmp_path / file, profile=profile, stdout=io.StringIO())


# --- files that are not kept any more -------------------------------------------------------------
def after_its_term(batch) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=long_ago)
    term("uploads").remove(Over(timezone.now() - timedelta(days=30)))


def after_somebody_left(batch) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        erase(reader=ReaderFactory(source=batch.source), reason="asked-desk", by=None)


@pytest.mark.parametrize("ends", [after_its_term, after_somebody_left])
@pytest.mark.parametrize("state", ["uploaded", "failed"])
def test_upload_that_was_not_run_ends_with_its_file_and_its_page_says_so(desk, ends, state):
    upload(desk)
    batch = ImportBatch.objects.get()
    ImportBatch.objects.update(state=state)

    ends(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.file.name, batch.is_open) == ("gone", "", False)
    for name in ("import-map", "import-preview"):
        assert desk.get(page(name, batch)).url == batch.get_absolute_url()
    for name in ("import-map", "import-profile", "import-run", "import-check", "import-reading"):
        assert desk.post(page(name, batch), choices()).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.job) == ("gone", None)
    with override("zh-hans"):
        assert "文件已不再保留" in desk.get(batch.get_absolute_url()).content.decode()


def test_import_that_is_done_stays_done_without_its_file(desk):
    batch = imported(desk)
    after_its_term(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.file.name) == ("done", "")


def test_codes_of_kinds_are_asked_about_once_and_kept_with_the_profile(desk):
    content = "Number,Kind\nA1,ST\nA2,TC\nA3,教师\nA4,ST\n"
    upload(desk, content)
    batch = ImportBatch.objects.get()
    form = desk.get(page("import-map", batch)).context["form"]
    assert form.codes == ["ST", "TC"]

    asked = choices(k0="undergraduate", k1="teacher", save_as="Codes", c1="kind")
    asked |= {"c2": "", "c3": "", "c4": ""}
    # No answer stands there beforehand, and none is asked for.
    said = desk.post(page("import-map", batch), asked | {"k1": ""})
    assert (said.status_code, list(said.context["form"].errors)) == (400, ["k1"])
    desk.post(page("import-map", batch), asked)
    run(desk, batch)
    assert (batch.created, batch.refused) == (4, 0)
    assert Reader.objects.get(number="A4").kind == "undergraduate"

    upload(desk, content.replace("A4", "A5"))
    again = ImportBatch.objects.order_by("-pk").first()
    assert again.profile.name == "Codes"
    assert desk.get(page("import-map", again)).context["form"].codes == []


def test_sheet_and_header_are_shown_and_can_be_chosen(desk):
    upload(desk, "2026级名单,\n读者号,姓名\nA1,李雷\n合计,\n".encode(), "readers.csv")
    batch = ImportBatch.objects.get()
    form = desk.get(page("import-map", batch)).context["reading_form"]
    assert form["header"].initial == "2:1"
    named, nameless = form.fields["header"].choices
    assert [value for value, _label in named[1]] == ["1:1", "2:1", "3:1", "4:1"]
    assert [value for value, _label in nameless[1]] == ["1:0", "2:0", "3:0", "4:0"]
    assert "sheet" not in form.fields

    asked = {"header": "3:0", "encoding": "utf-8", "take_totals": "on"}
    assert desk.post(page("import-reading", batch), asked).url == page("import-map", batch)

    response = desk.get(page("import-map", batch))
    assert response.context["form"].header == ["第 1 列", "第 2 列"]
    cells = [column.cells for column in response.context["form"].column_rows()]
    assert cells == [["A1", "合计"], ["李雷", ""]]
    with override("zh-hans"):
        assert "没有表头" in response.content.decode()
