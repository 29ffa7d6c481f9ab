"""Who may open which page of crm."""

from datetime import date

from django.utils import timezone

from core.pictures import DrawnPicture
from crm.library.keeping import keep
from crm.privacy.models import Assessment, Correction, Incident
from tests import factories
from tests.permissions import Access

STAFF = Access("librarian manager administrator")
MANAGERS = Access("manager administrator")
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


def batch_key(world) -> dict:
    return {"pk": world.batch.pk}


def reader_key(world) -> dict:
    return {"pk": world.reader.pk}


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
    "crm:reader-consent": Access(STAFF.roles, make=reader_key, post=True, data=SAID_NO),
    "crm:import-list": STAFF,
    "crm:import-create": STAFF,
    "crm:import-detail": Access(STAFF.roles, make=batch_key),
    "crm:import-check": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-map": Access(STAFF.roles, make=batch_key),
    "crm:import-reading": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-profile": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-preview": Access(STAFF.roles, make=batch_key),
    "crm:import-run": Access(STAFF.roles, make=batch_key, post=True),
    "crm:import-refusals": Access(STAFF.roles, make=batch_key),
    "crm:import-undo": Access(STAFF.roles, make=done_batch, post=True),
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
    "crm:segment-list": STAFF,
    "crm:segment-create": STAFF,
    "crm:segment-count": Access(STAFF.roles, post=True),
    "crm:segment-detail": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}),
    "crm:segment-edit": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}),
    "crm:segment-refresh": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-duplicate": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-delete": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-pin": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-unpin": Access(STAFF.roles, make=pinned, post=True),
}
