"""An import taken back: what it did is undone, what happened since is kept."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.refusals import Refused
from core.terms import Over, term
from crm.imports import actions as verbs
from crm.imports.models import ImportBatch
from crm.imports.tasks import undo_import
from crm.imports.undoing import undo
from crm.readers.actions import set_consent
from crm.readers.models import ConsentEvent, Reader
from crm.staff.models import AuditEvent, Campus, College
from tests.crm.imports.building import MAPPING, TABLE, batch_of, counts, imported
from tests.factories import (
    ActivityFactory,
    CampusFactory,
    ReaderFactory,
    SegmentFactory,
    UserFactory,
    permissions_of,
)
from tests.feedback.verbs import while_uncommitted

pytestmark = pytest.mark.django_db


def undone(batch, by):
    job = verbs.undo_import(batch=batch, by=by)
    undo_import(job.pk)
    undo_import(job.pk)
    return ImportBatch.objects.get(pk=batch.pk)


def test_undo_deletes_what_it_created_and_restores_what_it_changed(librarian):
    imported(TABLE)
    before = list(Reader.objects.order_by("pk").values())
    batch = imported(
        TABLE.replace("李雷", "李蕾").replace("a2@example.org,否", "a2@example.org,是")
        + "B1,new,教师,,,,\n"
    )

    after = undone(batch, librarian)

    assert list(Reader.objects.order_by("pk").values()) == before
    assert (after.state, after.report["undone"]) == (
        "undone",
        {"deleted": 1, "restored": 2, "kept": 0, "passed": 0},
    )
    last = ConsentEvent.objects.filter(reader__number="A2").first()
    assert (last.granted, last.source) == (False, "import.undone")


def test_undo_leaves_alone_whoever_something_happened_to_since(librarian):
    batch = imported(TABLE + "A4,x,教师,,,,\nA5,x,教师,,,,\n")
    ActivityFactory(reader=Reader.objects.get(number="A1"))
    said_no = Reader.objects.get(number="A2")
    set_consent(
        reader=said_no, channel="email", purpose="events", granted=False, source="portal", by=None
    )
    Reader.objects.filter(number="A3").update(user=UserFactory())
    Reader.objects.filter(number="A4").update(name="corrected", updated_at=timezone.now())

    after = undone(batch, librarian)

    assert sorted(Reader.objects.values_list("number", flat=True)) == ["A1", "A2", "A3", "A4"]
    assert after.report["undone"] == {"deleted": 1, "restored": 0, "kept": 4, "passed": 0}


def test_undone_import_can_be_imported_again(librarian):
    undone(imported(TABLE), librarian)

    assert counts(imported(TABLE)) == (3, 0, 0, 0)
    assert Reader.objects.get(number="A1").consents == permissions_of(["email"])


def test_undo_of_what_is_not_done_is_refused(librarian):
    with pytest.raises(Refused):
        verbs.undo_import(batch=batch_of(TABLE), by=librarian)


def test_undo_is_written_down_under_whoever_asked_for_it(librarian):
    batch = imported(TABLE, UserFactory(role="librarian"))

    undone(batch, librarian)

    event = AuditEvent.objects.get(action="import.undone")
    assert (event.user, event.object_id) == (librarian, str(batch.pk))


def test_the_trail_of_an_undo_tells_no_number_of_few(librarian):
    """Numbers from which a small one would follow are left out with it; the batch knows all."""
    rows = "".join(f"B{n},new,教师,,,,\n" for n in range(9))
    batch = imported(TABLE + rows)
    ActivityFactory(reader=Reader.objects.get(number="A1"))

    after = undone(batch, librarian)

    assert after.report["undone"] == {"deleted": 11, "restored": 0, "kept": 1, "passed": 0}
    assert AuditEvent.objects.get(action="import.undone").detail == {
        "rows": 12,
        "deleted": None,
        "restored": 0,
        "kept": None,
        "passed": 0,
    }


# --- campuses and colleges that the import added --------------------------------------------------
WITH_COLLEGES = """读者号,姓名,读者类型,校区,院系
A1,李雷,本科生,南湖校区,文学院
A2,韩梅梅,教师,余家头校区,理学院
"""
TO_COLLEGES = {field: MAPPING[field] for field in ("number", "name", "kind", "campus")}
TO_COLLEGES |= {"college": "院系"}


def places() -> set[str]:
    return {str(place) for model in (Campus, College) for place in model.objects.all()}


def test_undo_takes_its_campuses_and_colleges_back(librarian):
    CampusFactory(name_zh="本部", name_en="")
    batch = imported(WITH_COLLEGES, mapping=TO_COLLEGES)
    assert places() == {"本部", "南湖校区", "余家头校区", "文学院", "理学院"}

    after = undone(batch, librarian)

    assert places() == {"本部"}
    assert after.report["places_removed"] == ["文学院", "理学院", "南湖校区", "余家头校区"]


def test_undo_keeps_places_that_something_else_names(librarian):
    batch = imported(WITH_COLLEGES, mapping=TO_COLLEGES)
    south, arts = Campus.objects.get(name_zh="南湖校区"), College.objects.get(name_zh="文学院")
    UserFactory(role="librarian", campus=south)
    SegmentFactory(rule={"op": "not", "of": [{"test": "college", "in": [arts.code]}]})

    after = undone(batch, librarian)

    assert places() == {"南湖校区", "文学院"}
    assert set(after.report["places_removed"]) == {"余家头校区", "理学院"}


def test_undo_keeps_a_place_that_another_undo_would_give_back(librarian):
    first = imported(WITH_COLLEGES, mapping=TO_COLLEGES)
    # Somebody else was sent to that campus by hand, and away again by the second file.
    other = ReaderFactory(number="A3", name="张三", campus=Campus.objects.get(name_zh="南湖校区"))
    second = imported(
        WITH_COLLEGES.replace("南湖校区", "北湖校区") + "A3,张三,教师,北湖校区,理学院\n",
        mapping=TO_COLLEGES,
    )

    undone(first, librarian)
    undone(second, librarian)

    other.refresh_from_db()
    assert str(other.campus) == "南湖校区"
    assert not Reader.objects.exclude(pk=other.pk).exists()


def test_undo_of_an_import_that_noted_no_places_keeps_them(librarian):
    batch = imported(TABLE)
    del batch.report["place_keys"]
    batch.save()

    undone(batch, librarian)

    assert places() == {"南湖校区", "余家头校区"}


# --- earlier values past their term ---------------------------------------------------------------
@transaction.atomic
def forget(n: int = 1000) -> int:
    """What the nightly run does, when their term is over; returns how many."""
    return term("earlier-values").remove(Over(timezone.now() + timedelta(minutes=1), most=n))


def changed(librarian) -> ImportBatch:
    imported(TABLE)
    return imported(TABLE.replace("李雷", "李蕾").replace("韩梅梅", "韩美美"))


def test_values_that_an_undoing_needs_are_not_removed_before_it(librarian):
    batch = changed(librarian)
    job = verbs.undo_import(batch=batch, by=librarian)
    assert forget() == 0
    undo_import(job.pk)
    batch.refresh_from_db()
    assert batch.report["undone"] == {"deleted": 0, "restored": 2, "kept": 0, "passed": 0}


def test_undoing_that_comes_after_the_first_values_were_removed_restores_no_part(librarian):
    batch = changed(librarian)
    assert forget(1) == 1
    with pytest.raises(Refused, match="不再保留"):
        undo(batch, by=librarian)
    batch.refresh_from_db()
    assert batch.state == "done"
    assert set(Reader.objects.values_list("name", flat=True)) == {"李蕾", "韩美美", "Ann"}


@pytest.mark.django_db(transaction=True)
def test_removing_values_does_not_overwrite_what_an_undoing_wrote(librarian):
    batch = changed(librarian)

    def undone_meanwhile():
        undo(batch, by=librarian)

    while_uncommitted(undone_meanwhile, forget)
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert batch.report["undone"]["restored"] == 2
