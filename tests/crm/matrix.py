"""Who may open which page of crm."""

from datetime import date

from django.utils import timezone

from core.addresses import address_digest
from core.pictures import DrawnPicture
from crm.collections.models import ListedCollection
from crm.eresources.models import UsageReport
from crm.library.keeping import keep
from crm.merges.actions import merge
from crm.privacy.models import Assessment, Correction, Incident
from crm.readers.models import Identity, NumberSystem
from crm.registers.models import Department
from crm.sources.models import CoveredSpan, DataSource
from crm.subscribers import keys
from crm.tallies.models import Tally
from tests import factories
from tests.permissions import Access

STAFF = Access("librarian manager administrator")
MANAGERS = Access("manager administrator")
ADMIN = Access("administrator")
SAID_NO = {"channel": "email", "purposes": "events", "granted": "no", "wording": "at the desk"}


def pinned(world) -> dict:
    """A decision by hand about a reader."""
    why = {"include": True, "reason": "asked to"}
    pin, _made = world.segment.pins.get_or_create(reader=world.reader, defaults=why)
    return {"pk": world.segment.pk, "pin": pin.pk}


def own_session(world) -> dict:
    """A session of the reader's in another browser."""
    return {"pk": factories.BrowserSessionFactory(user=world.user("reader")).public_id}


def own_token(world) -> dict:
    return {"pk": factories.ApiTokenFactory(user=world.user("librarian")).pk}


def own_kept_form(world) -> dict:
    return {"pk": factories.KeptFormFactory(user=world.user("reader")).pk}


def done_batch(world) -> dict:
    world.batch.state = "done"
    world.batch.merged_at = timezone.now()
    world.batch.save()
    return {"pk": world.batch.pk}


def lost_key(world) -> dict:
    """Days of a source that nobody recorded."""
    source = DataSource.objects.get(**source_key(world))
    lost = CoveredSpan(source=source, first=date(2026, 2, 16), last=date(2026, 2, 18), state="lost")
    lost.save()
    return {"pk": lost.pk}


def source_key(_world) -> dict:
    source, _made = DataSource.objects.get_or_create(code="gate", name="Gate", kinds=["visit"])
    return {"pk": source.pk}


def collection_key(_world) -> dict:
    items = {"items": 200, "digests": b"0" * 3200}
    return {"pk": ListedCollection.objects.get_or_create(name="冬日书单", defaults=items)[0].pk}


def usage_key(_world) -> dict:
    month = date(2026, 1, 1)
    report = {"report": "PR_P1", "release": "5.1", "first": month, "last": month}
    return {"pk": UsageReport.objects.get_or_create(sha256="0" * 64, defaults=report)[0].pk}


def usage_import_key(world) -> dict:
    """A report of COUNTER that was taken back, in the list of imports."""
    batch = factories.ImportBatchFactory(
        takes="counter", state="undone", created_by=world.user("librarian")
    )
    return {"pk": batch.pk}


def batch_key(world) -> dict:
    return {"pk": world.batch.pk}


def activity_batch(world) -> dict:
    """A file of loans that came in."""
    batch = factories.ImportBatchFactory(
        takes="loans", state="done", merged_at=timezone.now(), created_by=world.user("librarian")
    )
    return {"pk": batch.pk}


def counts_batch(world) -> dict:
    """A file of counts that came in."""
    counter, _made = DataSource.objects.get_or_create(code="door", name="Door", kinds=[])
    batch = factories.ImportBatchFactory(
        takes="counts",
        state="done",
        merged_at=timezone.now(),
        created_by=world.user("librarian"),
        options={"data_source": counter.pk},
    )
    return {"pk": batch.pk}


def tally_key(_world) -> dict:
    counter, _made = DataSource.objects.get_or_create(code="door", name="Door", kinds=[])
    day = date(2026, 2, 16)
    said = {"source": counter, "first": day, "last": day, "measure": "visits", "value": 7}
    return {"pk": Tally.objects.create(**said).pk}


def system_key(_world) -> dict:
    return {"pk": NumberSystem.objects.get(code="student").pk}


def identity_keys(world) -> dict:
    system = NumberSystem.objects.get(code="student")
    identity = Identity.objects.create(reader=world.reader, system=system, number="S-matrix")
    return {"pk": world.reader.pk, "identity": identity.pk}


def twin_keys(world) -> dict:
    return {"pk": world.reader.pk, "other": factories.ReaderFactory(campus=world.reader.campus).pk}


def merge_keys(world) -> dict:
    gone = factories.ReaderFactory(campus=world.reader.campus)
    found = merge(kept=world.reader, gone=gone, by=world.user("manager"), why="claim")
    return {"pk": world.reader.pk, "merge": found.pk}


def reader_key(world) -> dict:
    return {"pk": world.reader.pk}


def standing_key(world) -> dict:
    kept, _made = world.reader.standings.get_or_create(
        kind="master", defaults={"then": "alumnus", "source": "staff"}
    )
    return {"pk": kept.pk}


def department(_world) -> dict:
    row, _made = Department.objects.get_or_create(code="data", name_zh="数据部")
    return {"key": "departments", "pk": row.pk}


def kept_picture(_world) -> dict:
    return {"name": keep(DrawnPicture(b"x", "png", 1, 1))}


def correction_key(world) -> dict:
    correction = Correction.objects.create(reader=world.reader, field="name", wanted="X")
    return {"pk": correction.pk}


def incident_key(_world) -> dict:
    return {"pk": Incident.objects.create(title="A list was lost", concerned="Names").pk}


def assessment_number(world) -> dict:
    assessment = Assessment.objects.create(
        number=1,
        what="Loans",
        why="To lend",
        risks="A list is lost",
        measures="Rights by role",
        officer="He Xu",
        assessed_on=date(2026, 3, 1),
        next_on=date(2027, 3, 1),
        written_by=world.user("manager"),
    )
    return {"number": assessment.number}


def way_out_of_a_subscriber(_world) -> dict:
    """The link of a letter to somebody who is no reader."""
    return {"key": keys.way_out(address_digest("li@example.org")), "purpose": "events"}


def letter_key(world) -> dict:
    return {"pk": world.note.pk}


def job_key(world) -> dict:
    return {"pk": world.job.pk}


MATRIX: dict[str, Access] = {
    "crm:after-login": Access("any"),
    "crm:privacy": Access("public"),
    "crm:privacy-version": Access("public", make=lambda w: {"number": 1}),
    "crm:me": Access("any"),
    "crm:me-join": Access("any", post=True),
    "crm:me-consent": Access("any", post=True, data={"email:events": "on"}),
    "crm:me-analytics": Access("any"),
    "crm:me-download": Access("any"),
    "crm:me-file": Access("any"),
    "crm:me-correct": Access("any"),
    "crm:me-address": Access("any"),
    "crm:me-address-confirm": Access("any", post=True, data={"code": "12345678"}),
    "crm:me-wechat": Access("any"),
    "crm:me-wechat-unlink": Access("any", post=True),
    "crm:me-leave": Access("any"),
    "crm:me-stay": Access("any", post=True),
    "crm:correction-list": STAFF,
    "crm:correction-detail": Access(STAFF.roles, make=correction_key),
    "crm:privacy-register": MANAGERS,
    "crm:privacy-impact": MANAGERS,
    "crm:privacy-impact-write": MANAGERS,
    "crm:privacy-impact-version": Access(MANAGERS.roles, make=assessment_number),
    "crm:privacy-clock": MANAGERS,
    "crm:privacy-clock-term": Access(
        MANAGERS.roles, make=lambda _w: {"code": "activities"}, wrong={"code": "looks"}
    ),
    "crm:privacy-register-csv": MANAGERS,
    "crm:incident-create": MANAGERS,
    "crm:incident-detail": Access(MANAGERS.roles, make=incident_key),
    "crm:reader-list": STAFF,
    "crm:reader-export-csv": STAFF,
    "crm:reader-export-xlsx": STAFF,
    "crm:reader-detail": Access(STAFF.roles, make=reader_key),
    "crm:reader-reason": Access(
        STAFF.roles, make=reader_key, post=True, data={"reason": "enquiry"}
    ),
    "crm:reader-child": STAFF,
    "crm:reader-erase": Access(MANAGERS.roles, make=reader_key),
    "crm:reader-edit": Access(STAFF.roles, make=reader_key),
    "crm:reader-address-retry": Access(STAFF.roles, make=reader_key, post=True),
    "crm:reader-stop": Access(STAFF.roles, make=reader_key),
    "crm:reader-stop-end": Access(STAFF.roles, make=reader_key, post=True),
    "crm:reader-consent": Access(STAFF.roles, make=reader_key, post=True, data=SAID_NO),
    "crm:register-start": ADMIN,
    "crm:register-list": Access(ADMIN.roles, make=lambda _w: {"key": "terms"}),
    "crm:register-paste": Access(ADMIN.roles, make=lambda _w: {"key": "terms"}, post=True),
    "crm:register-merge": Access(ADMIN.roles, make=lambda _w: {"key": "departments"}, post=True),
    "crm:register-edit": Access(ADMIN.roles, make=department),
    "crm:register-remove": Access(ADMIN.roles, make=department, post=True),
    "crm:register-part": Access(ADMIN.roles, make=department, post=True),
    "crm:department-member-add": Access(
        ADMIN.roles, make=lambda w: {"pk": department(w)["pk"]}, post=True
    ),
    "crm:reader-standings": Access(STAFF.roles, make=reader_key),
    "crm:reader-score": Access(STAFF.roles, make=reader_key),
    "crm:standing-add": Access(STAFF.roles, make=reader_key),
    "crm:standing-edit": Access(STAFF.roles, make=standing_key),
    "crm:standing-remove": Access(STAFF.roles, make=standing_key, post=True),
    "crm:coverage": STAFF,
    "crm:closed-add": Access(
        STAFF.roles, post=True, data={"first": "2026-02-16", "last": "2026-02-18"}
    ),
    "crm:source-edit": Access(STAFF.roles, make=source_key),
    "crm:kinds-recorded": STAFF,
    "crm:lost-add": Access(STAFF.roles, post=True),
    "crm:lost-drop": Access(STAFF.roles, make=lost_key, post=True),
    "crm:import-list": STAFF,
    "crm:import-create": STAFF,
    "crm:import-detail": Access(STAFF.roles, make=batch_key),
    "crm:import-check": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-map": Access(STAFF.roles, make=batch_key),
    "crm:import-reading": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-profile": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-table": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-tables": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-preview": Access(STAFF.roles, make=batch_key),
    "crm:import-count": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-run": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-refusals": Access(STAFF.roles, make=batch_key),
    "crm:reader-invite": Access(STAFF.roles, make=reader_key, post=True),
    "crm:reader-invite-end": Access(STAFF.roles, make=reader_key, post=True),
    "crm:me-claim": Access("any"),
    "crm:me-claim-offered": Access("any", post=True),
    "crm:me-claim-link": Access("any", make=lambda _w: {"token": "none"}, wrong=False),
    "crm:twin-list": STAFF,
    "crm:reader-twins": Access(STAFF.roles, make=reader_key),
    "crm:reader-join": Access(STAFF.roles, make=twin_keys),
    "crm:reader-part": Access(STAFF.roles, make=merge_keys, post=True),
    "crm:twin-dismiss": Access(STAFF.roles, make=twin_keys, post=True),
    "crm:sign-in-link": Access("public"),
    "crm:sign-in-link-sent": Access("public"),
    "crm:sign-in-link-open": Access("public", make=lambda _w: {"token": "none"}, wrong=False),
    "crm:system-list": STAFF,
    "crm:system-edit": Access(STAFF.roles, make=system_key),
    "crm:reader-numbers": Access(STAFF.roles, make=reader_key),
    "crm:reader-number-remove": Access(STAFF.roles, make=identity_keys, post=True),
    "crm:import-undo": Access(STAFF.roles, make=done_batch, post=True),
    "crm:import-discard": Access(STAFF.roles, make=batch_key, post=True),
    "crm:usage": STAFF,
    "crm:nameless-visits": STAFF,
    "crm:usage-take": Access(STAFF.roles, post=True, wrong=False),
    "crm:usage-import-detail": Access(STAFF.roles, make=usage_import_key),
    "crm:usage-report": Access(STAFF.roles, make=usage_key),
    "crm:usage-count": Access(STAFF.roles, make=usage_key, post=True),
    "crm:usage-drop": Access(STAFF.roles, make=usage_key, post=True),
    "crm:collection-list": STAFF,
    "crm:collection-drop": Access(STAFF.roles, make=collection_key, post=True),
    "crm:activity-import-create": STAFF,
    "crm:activity-import-detail": Access(STAFF.roles, make=activity_batch),
    "crm:activity-import-check": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:activity-import-map": Access(STAFF.roles, make=activity_batch),
    "crm:activity-import-reading": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:activity-import-profile": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:activity-import-table": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:activity-import-tables": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:activity-import-preview": Access(STAFF.roles, make=activity_batch),
    "crm:activity-import-count": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:activity-import-run": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:activity-import-refusals": Access(STAFF.roles, make=activity_batch),
    "crm:activity-import-undo": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:activity-import-discard": Access(STAFF.roles, make=activity_batch, post=True),
    "crm:tally-import-detail": Access(STAFF.roles, make=counts_batch),
    "crm:tally-import-check": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-import-map": Access(STAFF.roles, make=counts_batch),
    "crm:tally-import-reading": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-import-profile": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-import-table": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-import-tables": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-import-preview": Access(STAFF.roles, make=counts_batch),
    "crm:tally-import-count": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-import-run": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-import-refusals": Access(STAFF.roles, make=counts_batch),
    "crm:tally-import-undo": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-import-discard": Access(STAFF.roles, make=counts_batch, post=True),
    "crm:tally-list": STAFF,
    "crm:tally-export": STAFF,
    "crm:tally-correct": Access(STAFF.roles, make=tally_key),
    "crm:tally-release": Access(STAFF.roles, make=tally_key, post=True),
    "crm:setup": ADMIN,
    "crm:setup-away": Access(ADMIN.roles, post=True),
    "crm:mail-settings": ADMIN,
    "crm:mail-test": Access(ADMIN.roles, post=True),
    "crm:mail-test-results": ADMIN,
    "crm:subscribe": Access("public"),
    "crm:subscribe-asked": Access("public"),
    "crm:subscription-confirm": Access("public", make=lambda _w: {"link": "none"}, wrong=False),
    "crm:subscription": Access("public", make=way_out_of_a_subscriber),
    "crm:subscriber-page": STAFF,
    "crm:subscriber-forget": Access(MANAGERS.roles, post=True, data={"address": "li@example.org"}),
    "crm:library-colour": Access(ADMIN.roles, post=True),
    "crm:library-costs": ADMIN,
    "crm:library-changes": ADMIN,
    "crm:library-settings": Access("administrator"),
    "crm:library-name": Access("administrator", post=True),
    "crm:logo-remove": Access("administrator", post=True),
    "crm:picture": Access("public", make=kept_picture, wrong={"name": "nothing.png"}),
    "crm:letter-list": STAFF,
    "crm:letter-detail": Access(STAFF.roles, make=letter_key),
    "crm:letter-resend": Access(STAFF.roles, make=letter_key, post=True),
    "crm:letter-skip": Access(STAFF.roles, make=letter_key, post=True, data={"reason": "x"}),
    "crm:job-list": STAFF,
    "crm:job-detail": Access(STAFF.roles, make=job_key),
    "crm:job-progress": Access(STAFF.roles, make=job_key),
    "crm:job-cancel": Access(STAFF.roles, make=job_key, post=True),
    "crm:session-list": Access("any"),
    "crm:session-end": Access("reader", make=own_session, post=True),
    "crm:session-end-all": Access("any", post=True),
    "crm:token-list": STAFF,
    "crm:token-create": STAFF,
    "crm:token-revoke": Access("librarian", make=own_token, post=True),
    "crm:kept-form": Access("reader", make=own_kept_form),
    "crm:kept-form-discard": Access("reader", make=own_kept_form, post=True),
    "crm:user-second-factor": Access("administrator", make=lambda w: {"pk": w.reader_user.pk}),
    "crm:user-session-list": Access("administrator", make=lambda w: {"pk": w.reader_user.pk}),
    "crm:user-session-end": Access(
        "administrator", make=lambda w: {"pk": w.reader_user.pk}, post=True
    ),
    "crm:audit-list": Access("manager administrator"),
    "crm:user-list": Access("administrator"),
    "crm:user-edit": Access("administrator", make=lambda w: {"pk": w.reader_user.pk}),
    "crm:user-trust": Access("administrator", make=lambda w: {"pk": w.reader_user.pk}, post=True),
    "crm:user-unlock": Access("administrator", make=lambda w: {"pk": w.reader_user.pk}, post=True),
    "crm:score-map": STAFF,
    "crm:score-brackets": Access("administrator"),
    "crm:score-measure": Access(STAFF.roles, post=True),
    "crm:segment-list": STAFF,
    "crm:segment-create": STAFF,
    "crm:segment-count": Access(STAFF.roles, post=True),
    "crm:segment-sample": Access(STAFF.roles, post=True),
    "crm:segment-trait-values": STAFF,
    "crm:segment-overlap": STAFF,
    "crm:segment-detail": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}),
    "crm:segment-edit": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}),
    "crm:segment-refresh": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-duplicate": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-delete": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-pin": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-unpin": Access(STAFF.roles, make=pinned, post=True),
}
