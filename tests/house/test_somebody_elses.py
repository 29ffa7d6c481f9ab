"""Fault 36: what belongs to somebody else is not there: 404, and never 403, which would say that it
is.

Each case is an object that exists, asked for by somebody whose role opens such pages and who may
not open this one: another reader's, or one of another campus.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from crm.privacy.models import Correction
from tests import factories
from tests.house.test_permissions import MATRIX, ask


@dataclass(frozen=True)
class Foreign:
    """Who asks, a role, and the arguments of what is not theirs. Staff belong to another campus
    than ``world.reader``.
    """

    role: str
    make: Callable


def session(w):
    return {"pk": factories.BrowserSessionFactory(user=w.user("manager")).public_id}


def token(w):
    return {"pk": factories.ApiTokenFactory(user=w.user("manager")).pk}


def kept_form(w):
    return {"pk": factories.KeptFormFactory(user=w.user("manager")).pk}


def draft(w):
    return factories.SubmissionFactory(
        call=w.call, author=w.reader, state="draft", submitted_at=None
    )


def reader(w):
    return {"pk": w.reader.pk}


def voice(w):
    return {"pk": w.voice.pk}


def answered(w):
    answer = w.voice.messages.create(text="x", letter=factories.LetterFactory(state="failed"))
    return {"pk": w.voice.pk, "message": answer.pk}


def other_secret(w):
    return {"reference": w.voice.reference, "secret": factories.VoiceFactory().secret}


def correction(w):
    row = Correction.objects.create(reader=w.reader, field="name", wanted="X")
    return {"pk": row.pk}


def note(w):
    return {"pk": w.note.pk}


def batch(w):
    return {"pk": w.batch.pk}


def done_batch(w):
    w.batch.state, w.batch.merged_at = "done", timezone.now()
    w.batch.save()
    return batch(w)


def job(w):
    return {"pk": w.job.pk}


def evaluation(w):
    return {"pk": w.evaluation.pk}


def adjustment(w):
    return {"pk": w.adjustment.pk}


FOREIGN = {
    # of another reader
    "crm:session-end": Foreign("reader", session),
    "crm:kept-form": Foreign("reader", kept_form),
    "crm:kept-form-discard": Foreign("reader", kept_form),
    "crm:token-revoke": Foreign("librarian", token),
    "feedback:work-edit": Foreign("reader", lambda w: {"slug": w.call.slug, "pk": draft(w).pk}),
    "feedback:work-withdraw": Foreign("reader", lambda w: {"pk": draft(w).pk}),
    "feedback:work-detail": Foreign("reader", lambda w: {"pk": w.submission.pk}),
    "feedback:voice-follow": Foreign("reader", other_secret),
    "feedback:voice-own": Foreign("reader", lambda w: {"reference": w.voice.reference}),
    # of a colleague elsewhere
    "crm:import-check": Foreign("librarian", batch),
    "crm:import-detail": Foreign("librarian", batch),
    "crm:import-discard": Foreign("librarian", batch),
    "crm:import-map": Foreign("librarian", batch),
    "crm:import-preview": Foreign("librarian", batch),
    "crm:import-reading": Foreign("librarian", batch),
    "crm:import-profile": Foreign("librarian", batch),
    "crm:import-table": Foreign("librarian", batch),
    "crm:import-tables": Foreign("librarian", batch),
    "crm:import-refusals": Foreign("librarian", batch),
    "crm:import-run": Foreign("librarian", batch),
    "crm:import-undo": Foreign("librarian", done_batch),
    "crm:job-cancel": Foreign("librarian", job),
    "crm:job-detail": Foreign("librarian", job),
    "crm:job-progress": Foreign("librarian", job),
    # of the whole library
    "analytics:adjustment-decide": Foreign("manager", adjustment),
    "analytics:adjustment-detail": Foreign("librarian", adjustment),
    "analytics:adjustment-second": Foreign("manager", adjustment),
    "analytics:evaluation-detail": Foreign("librarian", evaluation),
    "analytics:evaluation-export": Foreign("manager", evaluation),
    "analytics:evaluation-send": Foreign("librarian", evaluation),
    "analytics:campaign-decide": Foreign("librarian", lambda w: {"pk": w.evaluation.campaign_id}),
    "analytics:evaluation-pdf": Foreign("manager", evaluation),
    "analytics:evaluation-rows": Foreign("librarian", evaluation),
    "analytics:finding-rows": Foreign("librarian", lambda w: {"pk": w.finding.pk}),
    # of a reader of another campus
    "api:reader-detail": Foreign("librarian", reader),
    "crm:reader-detail": Foreign("librarian", reader),
    "crm:reader-reason": Foreign("librarian", reader),
    "crm:reader-score": Foreign("librarian", reader),
    "crm:reader-edit": Foreign("librarian", reader),
    "crm:reader-address-retry": Foreign("librarian", reader),
    "crm:reader-stop": Foreign("librarian", reader),
    "crm:reader-stop-end": Foreign("librarian", reader),
    "crm:reader-consent": Foreign("librarian", reader),
    "crm:reader-erase": Foreign("manager", reader),
    "crm:correction-detail": Foreign("librarian", correction),
    "crm:letter-detail": Foreign("librarian", note),
    "crm:letter-resend": Foreign("librarian", note),
    "crm:letter-skip": Foreign("librarian", note),
    "analytics:today-voice": Foreign("librarian", voice),
    "analytics:today-screen": Foreign("librarian", voice),
    "analytics:today-undo": Foreign("librarian", voice),
    "analytics:today-remind": Foreign("librarian", voice),
    "feedback:voice-detail": Foreign("librarian", voice),
    "feedback:voice-reply": Foreign("librarian", voice),
    "feedback:voice-resend": Foreign("librarian", answered),
    "feedback:voice-assign": Foreign("librarian", voice),
    "feedback:voice-conclude": Foreign("librarian", voice),
    "feedback:voice-screen": Foreign("librarian", voice),
}


@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_what_is_somebody_elses_is_not_there(name, world):
    """Fault 36."""
    case, access = FOREIGN[name], MATRIX[name]
    assert access.allows(case.role)
    here, elsewhere = factories.CampusFactory(), factories.CampusFactory()
    world.reader.campus = elsewhere
    world.reader.save()
    by = world.user("reader")
    if case.role != "reader":
        by = factories.UserFactory(role=case.role, campus=here)
    client = Client()
    client.force_login(by)

    answer = ask(client, access, name, case.make(world), world)

    assert answer.status_code == 404


#: Files, reports and lists of what others did.
CLOSED = [
    "crm:reader-export-csv",
    "crm:reader-export-xlsx",
    "crm:import-refusals",
    "crm:privacy-register-csv",
    "feedback:survey-export-csv",
    "feedback:survey-export-xlsx",
    "feedback:survey-results",
    "feedback:survey-texts",
    "feedback:survey-poster",
    "campaigns:content-picture",
    "campaigns:delivery-list",
    "analytics:month",
    "analytics:month-detail",
    "analytics:evaluation-detail",
    "analytics:evaluation-export",
    "analytics:published",
]


@pytest.mark.parametrize("name", CLOSED)
def test_export_report_and_media_without_the_right_are_403(name, world):
    """Fault 37."""
    client = Client()
    client.force_login(world.user("reader"))
    assert ask(client, MATRIX[name], name, MATRIX[name].arguments(world), world).status_code == 403


def test_librarian_without_the_right_gets_no_file_of_an_evaluation(world):
    """Fault 37."""
    name = "analytics:evaluation-export"
    client = Client()
    client.force_login(world.user("librarian"))
    assert ask(client, MATRIX[name], name, MATRIX[name].arguments(world), world).status_code == 403
