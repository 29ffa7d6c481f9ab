"""An import from file to readers.

All or nothing, and the same twice changes nothing.
"""

import pytest
from django.db import connection

from core.addresses import address_digest
from core.refusals import Refused
from crm.imports import actions as verbs
from crm.imports import staging
from crm.imports.load import load, preview
from crm.imports.models import ImportProfile
from crm.imports.parts import earlier_import
from crm.imports.tasks import drop_orphaned_tables, import_file
from crm.jobs.models import Job
from crm.readers.actions import set_consent
from crm.readers.models import ConsentEvent, Reader, Suppression
from crm.readers.words import permissions_in_words
from crm.staff.models import AuditEvent, Campus
from tests.crm.imports.building import MAPPING, TABLE, batch_of, counts, imported
from tests.factories import CampusFactory, ReaderFactory, UserFactory, permissions_of
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def refusals(batch):
    return list(batch.refusals.values_list("line", "reason"))


def test_import_stores_what_the_columns_say(librarian):
    batch = imported(TABLE, librarian)

    assert (batch.state, counts(batch), batch.rows) == ("done", (3, 0, 0, 0), 3)
    reader = Reader.objects.get(number="A1")
    assert (reader.name, reader.kind, reader.email, reader.consents) == (
        "李雷",
        "undergraduate",
        "a1@example.org",
        permissions_of(["email"]),
    )
    assert (reader.campus.name_zh, reader.traits, reader.import_batch) == (
        "南湖校区",
        {"interest": "诗歌"},
        batch,
    )
    assert Reader.objects.get(number="A3").traits == {"interest": 3}
    assert sorted(ConsentEvent.objects.values_list("purpose", flat=True)) == [
        "events",
        "notices",
        "surveys",
    ]
    event = ConsentEvent.objects.first()
    assert (event.reader, event.granted, event.source, event.by) == (
        reader,
        True,
        "import",
        librarian,
    )
    assert AuditEvent.objects.filter(action="import.done", user=librarian).count() == 1
    assert batch.report["places"] == ["南湖校区", "余家头校区"]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (0, {"rows": 12, "created": 12, "changed": 0, "unchanged": 0, "refused": 0}),
        (1, {"rows": 12, "created": None, "changed": None, "unchanged": 0, "refused": 0}),
        (12, {"rows": 12, "created": 0, "changed": 12, "unchanged": 0, "refused": 0}),
    ],
)
def test_the_trail_of_an_import_tells_no_number_of_few(known, told):
    """Numbers from which a small one would follow are left out with it; the batch knows all."""
    for place in range(known):
        ReaderFactory(number=f"B{place}", name="before")
    rows = "".join(f"B{n},before,教师,,,,\n" for n in range(12))

    batch = imported(TABLE.splitlines()[0] + "\n" + rows)

    assert counts(batch) == (12 - known, known, 0, 0)
    assert AuditEvent.objects.get(action="import.done").detail == told


def test_the_same_file_again_changes_nothing_and_says_so(librarian):
    first = imported(TABLE, librarian)
    before = list(Reader.objects.order_by("pk").values())
    again = batch_of(TABLE, librarian)

    assert earlier_import(again) == first
    assert preview(again).counts.unchanged == 3
    assert counts(imported(TABLE, librarian)) == (0, 0, 3, 0)
    assert list(Reader.objects.order_by("pk").values()) == before
    # One for each purpose that a yes to the channel covers.
    assert ConsentEvent.objects.count() == 3


def test_changed_cells_change_and_empty_cells_leave_what_is_known():
    imported(TABLE)
    batch = imported(
        "读者号,姓名,读者类型,校区,邮箱,同意邮件,兴趣\nA1,,,,new@example.org,,书法\nA2,,,,,,\n"
    )

    reader = Reader.objects.get(number="A1")
    assert counts(batch) == (0, 1, 1, 0)
    assert (reader.name, reader.email, reader.traits) == (
        "李雷",
        "new@example.org",
        {"interest": "书法"},
    )
    assert batch.changes.get().before["email"] == "a1@example.org"


def test_the_preview_counts_like_the_import_and_stores_nothing():
    ReaderFactory(number="A1", name="somebody")
    batch = batch_of(TABLE + "A3,again,教师,x,,,\nA9,,外星人,,,,\n")

    found = preview(batch)

    assert (found.counts.created, found.counts.changed, found.counts.refused) == (
        2,
        1,
        2,
    )
    assert [row.reason for row in found.refusals] == ["duplicate", "unknown-kind"]
    assert (found.sample[0]["name"], str(found.sample[0]["campus"])) == ("李雷", "南湖校区")
    assert found.places == ["南湖校区", "余家头校区"]
    # A yes to a channel is one to each of its purposes, and they are named.
    assert found.sample[0]["allows"] == permissions_in_words(permissions_of(["email"]))
    assert (Reader.objects.count(), Campus.objects.count()) == (1, 0)
    assert counts(imported(TABLE + "A3,again,教师,x,,,\nA9,,外星人,,,,\n")) == (2, 1, 0, 2)


def test_each_refused_row_has_its_line_and_reason():
    batch = imported(
        TABLE
        + "A1,again,教师,,,,\n"
        + ",nobody,教师,,,,\n"
        + "A4,x,外星人,,,,\n"
        + "A5,x,教师,,not an address,,\n"
        + "A6,x,教师,,,maybe,\n"
        + "A7,nul\0,教师,,,,\n"
        + "A8,x,教师,,,,,,,too,many\n"
        + 'A9,"open,教师,,,,\n'
    )

    assert refusals(batch) == [
        (5, "duplicate"),
        (6, "missing-number"),
        (7, "unknown-kind"),
        (10, "nul"),
        (11, "too-many-columns"),
        (12, "quotes"),
    ]
    # Without an address or an answer that can be understood a person is still there.
    assert batch.report["warnings"] == [
        {"field": "consent_email", "reason": "bad-answer", "rows": 1, "lines": [9]},
        {"field": "email", "reason": "bad-email", "rows": 1, "lines": [8]},
    ]
    assert counts(batch) == (5, 0, 0, 6)


def test_byte_that_is_no_character_refuses_its_row_only():
    batch = imported(
        TABLE.encode() + b"A4," + b"\xff\xfe\xff" + ",教师,,,,\nA5,fine,教师,,,,\n".encode()
    )

    assert refusals(batch) == [(5, "undecodable")]
    assert Reader.objects.filter(number="A5").exists()


def test_unknown_campus_is_refused_where_none_may_be_added():
    CampusFactory(name_zh="南湖校区")

    batch = imported(TABLE, create_places=False)

    assert refusals(batch) == [(4, "unknown-campus")]
    assert Campus.objects.count() == 1


def test_new_reader_without_a_kind_is_refused_and_a_known_one_kept():
    ReaderFactory(number="A1", kind="teacher", name="李磊")
    text = "读者号,姓名\nA1,李雷\nB1,无名\n"

    batch = imported(text, mapping={"number": "读者号", "name": "姓名"}, constants={})

    assert (refusals(batch), Reader.objects.get(number="A1").kind) == (
        [(3, "missing-kind")],
        "teacher",
    )


def test_withdrawn_consent_is_never_granted_again_by_an_import():
    imported(TABLE)
    reader = Reader.objects.get(number="A1")
    set_consent(
        reader=reader,
        channel="email",
        purpose="events",
        granted=False,
        source="unsubscribe",
        by=None,
    )

    batch = imported(TABLE)

    reader.refresh_from_db()
    assert (reader.consents, counts(batch)) == (
        ["email:notices", "email:surveys"],
        (0, 0, 3, 0),
    )


def test_import_takes_back_only_what_an_import_had_granted():
    imported(TABLE)
    said_so = Reader.objects.get(number="A2")
    set_consent(
        reader=said_so, channel="email", purpose="events", granted=True, source="portal", by=None
    )

    imported(TABLE.replace("a1@example.org,是", "a1@example.org,否"))

    said_so.refresh_from_db()
    assert (said_so.consents, Reader.objects.get(number="A1").consents) == (["email:events"], [])
    assert ConsentEvent.objects.first().source == "import"


def test_suppressed_address_comes_in_without_address_and_consent():
    Suppression.objects.create(
        channel="email", digest=address_digest("A1@example.org"), reason="erased"
    )

    batch = imported(TABLE)

    reader = Reader.objects.get(number="A1")
    assert (reader.email, reader.consents, batch.report["suppressed"]) == ("", [], 1)
    assert Reader.objects.get(number="A2").email == "a2@example.org"


def test_made_address_is_marked_and_never_replaces_a_real_one():
    text = "读者号,给过\nA1,true\nA2,false\n"
    ReaderFactory(number="A1", email="real@example.com", source="here")
    rule = {"column": "给过", "equals": "true"}

    imported(text, source="here", mapping={"number": "读者号"}, make_email_when=rule)
    imported(text, source="there", mapping={"number": "读者号"}, make_email_when=rule)

    assert Reader.objects.get(source="here", number="A1").email == "real@example.com"
    made = Reader.objects.get(source="there", number="A1")
    assert (made.email, made.email_made) == ("there-A1@example.org", True)
    assert Reader.objects.get(source="there", number="A2").email == ""


def test_staff_of_one_campus_import_only_its_readers():
    south, north = CampusFactory(name_zh="南湖校区"), CampusFactory(name_zh="余家头校区")
    ReaderFactory(number="B1", campus=north, name="secret")
    keeper = UserFactory(role="librarian", campus=south)

    batch = imported(TABLE + "B1,mine now,教师,,,,\nB2,new,教师,,,,\n", keeper)

    assert refusals(batch) == [(4, "other-campus"), (5, "other-campus")]
    assert Reader.objects.get(number="B1").name == "secret"
    assert Reader.objects.get(number="B2").campus == south


def test_failure_in_mid_merge_leaves_everything_as_it_was(librarian, monkeypatch):
    batch = batch_of(TABLE, librarian)
    job = verbs.run_import(batch=batch, by=librarian)
    with connection.cursor() as cursor, as_owner():
        cursor.execute("ALTER TABLE crm_reader ADD CONSTRAINT no_ann CHECK (name <> 'Ann')")

    import_file(job.pk)

    batch.refresh_from_db()
    job.refresh_from_db()
    assert (batch.state, job.state, job.message) == ("failed", "failed", "unforeseen")
    assert (Reader.objects.count(), Campus.objects.count(), ConsentEvent.objects.count()) == (
        0,
        0,
        0,
    )
    assert tables() == []


def tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE %s AND relkind = 'r'",
            [staging.PREFIX + "%"],
        )
        return cursor.fetchall()


def test_cancel_between_batches_leaves_everything_as_it_was(librarian):
    batch = batch_of(TABLE, librarian)
    job = verbs.run_import(batch=batch, by=librarian)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)

    import_file(job.pk)

    batch.refresh_from_db()
    job.refresh_from_db()
    assert (job.state, batch.state, Reader.objects.count(), tables()) == (
        "cancelled",
        "uploaded",
        0,
        [],
    )


def test_import_task_twice_and_run_pressed_twice_import_once(librarian):
    batch = batch_of(TABLE, librarian)
    job = verbs.run_import(batch=batch, by=librarian)

    assert verbs.run_import(batch=batch, by=librarian) == job
    import_file(job.pk)
    import_file(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, Reader.objects.count()) == ("done", 1, 3)
    assert job.result == {"rows": 3, "created": 3, "changed": 0, "unchanged": 0, "refused": 0}


def test_second_worker_that_took_over_finds_the_work_done():
    batch = imported(TABLE)

    assert counts(load(batch)) == (3, 0, 0, 0)
    assert AuditEvent.objects.filter(action="import.done").count() == 1


def test_orphaned_staging_table_is_swept():
    batch_of(TABLE)
    with connection.cursor() as cursor:
        staging.new_table(cursor, temporary=False)

    drop_orphaned_tables()
    drop_orphaned_tables()

    assert tables() == []


def mapped(batch, by, **changes):
    asked = {"source": "library", "mapping": MAPPING, "options": {}, "encoding": "utf-8"}
    verbs.map_import(batch=batch, by=by, **asked | changes)


def test_everything_wrong_with_a_mapping_is_said_at_once_and_nothing_stored(librarian):
    batch = batch_of(TABLE, librarian)

    with pytest.raises(Refused) as refused:
        mapped(batch, librarian, mapping={"last_seen_year": "年"})

    assert "年" in str(refused.value)
    assert len([part for part in str(refused.value).split(" ") if part.endswith(("。", "."))]) == 3
    batch.refresh_from_db()
    assert batch.mapping == MAPPING
    assert not AuditEvent.objects.filter(action="import.map").exists()


def test_mapping_by_hand_or_by_profile_leaves_an_audit_row(librarian):
    batch = batch_of(TABLE, librarian)

    mapped(batch, librarian)
    verbs.use_profile(batch=batch, profile=ImportProfile.objects.get(code="generic"), by=librarian)

    batch.refresh_from_db()
    assert batch.profile.code == "generic"
    assert batch.options["format"]["kind"] == "csv"
    events = AuditEvent.objects.filter(action="import.map", user=librarian)
    assert events.filter(object_id=str(batch.pk)).count() == 2


def test_import_that_has_begun_keeps_its_mapping(librarian):
    batch = batch_of(TABLE, librarian)
    verbs.run_import(batch=batch, by=librarian)

    with pytest.raises(Refused):
        mapped(batch, librarian)
    with pytest.raises(Refused):
        verbs.use_profile(batch=batch, profile=ImportProfile.objects.get(code="sfpl"), by=librarian)
