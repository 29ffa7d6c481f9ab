"""Verbs on calls and the works readers send: draft, submit, review, accept, publish with thanks."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.queue import enqueue
from crm.readers.models import Activity, Reader
from crm.staff import audit
from crm.staff.models import User
from feedback.calls.models import Call, Review, Submission

State = Submission.State


class NotAllowed(Exception):
    """The step does not fit the work's state; the message says why."""


@transaction.atomic
def save_work(
    *, call: Call, author: Reader, client_id: UUID, submit: bool, agreed: bool = False, **fields
) -> Submission:
    """Save a draft or submit it.

    The same ``client_id`` is the same work; what was submitted is not overwritten.
    """
    work, created = Submission.objects.select_for_update().get_or_create(
        client_id=client_id, defaults={"call": call, "author": author, **fields}
    )
    if work.author_id != author.pk or work.call_id != call.pk:
        raise NotAllowed(_("This work is not yours."))
    if work.state != State.DRAFT:
        return work
    if not call.is_open():
        raise NotAllowed(_("This call is closed; your draft is kept."))
    if submit and not agreed:
        raise NotAllowed(_("A work can only be sent in with the licence agreed to."))
    for name, value in fields.items():
        setattr(work, name, value)
    if submit:
        work.state, work.submitted_at, work.licence_agreed = (
            State.SUBMITTED,
            timezone.now(),
            call.licence,
        )
    work.save()
    return work


@transaction.atomic
def withdraw(*, work: Submission, by: User) -> None:
    """The author takes the work back, published or not; it disappears from the gallery at once."""
    work.state, work.published_at, work.published_by = State.WITHDRAWN, None, None
    work.save(update_fields=["state", "published_at", "published_by"])
    audit.record(action="work.withdraw", by=by, on=work)


@transaction.atomic
def review(*, work: Submission, score: int, note: str, by: User) -> Review:
    """One score per reviewer; scoring again replaces it while the work is undecided."""
    if work.state != State.SUBMITTED:
        raise NotAllowed(_("This work has been decided already."))
    given, _created = Review.objects.update_or_create(
        submission=work, reviewer=by, defaults={"score": score, "note": note}
    )
    return given


@transaction.atomic
def decide(*, work: Submission, accept: bool, by: User) -> None:
    moved = Submission.objects.filter(pk=work.pk, state=State.SUBMITTED).update(
        state=State.ACCEPTED if accept else State.DECLINED
    )
    if not moved:
        raise NotAllowed(_("This work has been decided already."))
    audit.record(action="work.accept" if accept else "work.decline", by=by, on=work)


@transaction.atomic
def publish(*, work: Submission, thanks: str, by: User) -> None:
    """Put an accepted work on show and thank its author.

    Counts as one contribution, however often it is called.
    """
    now = timezone.now()
    moved = Submission.objects.filter(pk=work.pk, state=State.ACCEPTED).update(
        state=State.PUBLISHED, published_at=now, published_by=by, thanks=thanks, thanked_at=now
    )
    if not moved:
        raise NotAllowed(_("Only an accepted work can be published."))
    Activity.objects.log(
        [(work.author_id, Activity.Kind.CONTRIBUTION, now, "submission", str(work.pk))]
    )
    audit.record(action="work.publish", by=by, on=work)
    enqueue("feedback.tasks.mail_thanks", work.pk)
