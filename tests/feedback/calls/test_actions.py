"""Verbs on works are audited, and undo nothing of a colleague's."""

from uuid import uuid4

import pytest

from core.refusals import Refused
from crm.staff.models import AuditEvent
from feedback.calls import actions as works
from feedback.calls.models import Review, Submission
from tests.factories import CallFactory, ReaderFactory, SubmissionFactory, UserFactory
from tests.feedback.verbs import events, ill_shaped


def test_every_verb_of_calls_is_atomic_keyword_only_by_somebody_and_audited():
    assert ill_shaped(works) == []


# --- audit rows -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_work_of_a_reader_is_in_the_audit_log_from_draft_to_score():
    author = ReaderFactory(user=UserFactory(role="reader"))
    by = UserFactory(role="librarian")
    fields = {"call": CallFactory(), "author": author, "client_id": uuid4(), "by": author.user}
    work = works.save_draft(title="立冬", text="银杏", **fields)
    works.submit_work(work=work, agreed=True, by=author.user)
    works.review(work=work, score=8, note="", by=by)
    assert events() == [
        ("work.save", author.user.pk, str(work.pk)),
        ("work.submit", author.user.pk, str(work.pk)),
        ("work.review", by.pk, str(work.pk)),
    ]
    assert AuditEvent.objects.get(action="work.review").detail == {}


# --- two reviewers who loaded the same work -------------------------------------------------------
@pytest.mark.django_db
def test_work_decided_meanwhile_takes_no_score():
    by, work = UserFactory(role="librarian"), SubmissionFactory()
    mine, theirs = (Submission.objects.get(pk=work.pk) for _ in range(2))
    works.decide(work=theirs, accept=False, by=by)
    with pytest.raises(Refused):
        works.review(work=mine, score=9, note="", by=by)
    assert Review.objects.count() == 0
