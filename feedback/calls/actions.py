"""Verbs on calls and the works readers send: draft, submit, review, accept, publish with thanks."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Conflict, Refused
from crm.letters.actions import write
from crm.letters.models import LetterKind
from crm.readers.models import Activity, Reader
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from feedback.calls import words
from feedback.calls.letters import thanks_letter
from feedback.calls.models import Call, Review, Submission

State = Submission.State


@transaction.atomic
def save_draft(*, call: Call, author: Reader, client_id: UUID, by: User, **fields) -> Submission:
    """Keep what an author has written so far: a new work while the call is open, a draft always.

    The same ``client_id`` is the same work; what was sent in already is not overwritten: Conflict
    for other words. Refused where that id names somebody else's work or a withdrawn one.
    """
    works = Submission.objects.select_for_update()
    if not call.is_open() and not works.filter(client_id=client_id).exists():
        raise Refused(words.takes_no_new_work(call))

    work, _created = works.get_or_create(
        client_id=client_id, defaults={"call": call, "author": author, **fields}
    )
    if (work.author_id, work.call_id) != (author.pk, call.pk):
        raise Refused(_("This work is not yours."))
    _refuse_withdrawn(work)
    if work.state != State.DRAFT:
        if any(getattr(work, name) != value for name, value in fields.items()):
            raise Conflict
        return work

    for name, value in fields.items():
        setattr(work, name, value)
    work.save(update_fields=[*fields, "updated_at"])
    audit.record(action=AuditAction.WORK_SAVE, by=by, on=work)
    return work


@transaction.atomic
def submit_work(*, work: Submission, agreed: bool, by: User, suspected: str = "") -> Submission:
    """Send a draft in, once; what was sent in before stays as it is.

    One that is ``suspected`` (``crm.staff.screening``) waits until a colleague has looked at it.
    Refused while the call takes no works, without the licence, and for a withdrawn work. The draft
    is a verb of its own, so that such a refusal rolls back nothing that the author wrote.
    """
    stored = _lock(work)
    _refuse_withdrawn(stored)
    if stored.state != State.DRAFT:
        return stored

    # Read afresh: an editor may have ended the call while the author was writing.
    call = stored.call
    if not call.is_open():
        raise Refused(words.draft_is_kept(call))
    if not agreed:
        raise Refused(_("A work can only be sent in with the licence agreed to."))

    if suspected:
        stored.state, stored.suspected = State.HELD, suspected
        stored.held_at = timezone.now()
    else:
        stored.state = State.SUBMITTED
        stored.submitted_at = timezone.now()
    # Word for word: the call's licence may be rewritten later.
    stored.licence_agreed = call.licence
    stored.save()
    audit.record(action=AuditAction.WORK_SUBMIT, by=by, on=stored)
    return stored


@transaction.atomic
def let_through(*, work: Submission, by: User) -> None:
    """A person sent it: it counts as sent in at the time at which it was.

    Nothing is changed or written down where it is not set apart any more.
    """
    set_apart = Submission.objects.set_apart().filter(pk=work.pk)
    if set_apart.update(state=State.SUBMITTED, submitted_at=F("held_at")):
        audit.record(action=AuditAction.WORK_LET_THROUGH, by=by, on=work)


@transaction.atomic
def put_aside(*, work: Submission, by: User) -> None:
    """A program sent it: it stays, and nobody reviews it. Nothing where it is not held any more."""
    if Submission.objects.filter(pk=work.pk, state=State.HELD).update(state=State.ASIDE):
        audit.record(action=AuditAction.WORK_ASIDE, by=by, on=work)


@transaction.atomic
def withdraw(*, work: Submission, by: User) -> None:
    """The author takes the work back, published or not; it disappears from the gallery at once."""
    # Held, so that a colleague who publishes it meanwhile does not put it back on show.
    stored = _lock(work)
    stored.state = State.WITHDRAWN
    stored.published_at = None
    stored.published_by = None
    stored.save(update_fields=["state", "published_at", "published_by"])
    audit.record(action=AuditAction.WORK_WITHDRAW, by=by, on=stored)


@transaction.atomic
def review(*, work: Submission, score: int, note: str, by: User) -> Review:
    """One score per reviewer; scoring again replaces it while the work is undecided."""
    # Held, so that no score arrives while somebody decides.
    stored = _lock(work)
    if stored.state != State.SUBMITTED:
        raise Refused(_("This work has been decided already."))
    given, _created = Review.objects.update_or_create(
        submission=stored, reviewer=by, defaults={"score": score, "note": note}
    )
    audit.record(action=AuditAction.WORK_REVIEW, by=by, on=stored)
    return given


@transaction.atomic
def decide(*, work: Submission, accept: bool, by: User) -> None:
    """Take a submitted work or decline it, once. Refused where it does not wait to be decided:
    somebody was faster, or its author took it back.
    """
    if accept:
        decided, action = State.ACCEPTED, AuditAction.WORK_ACCEPT
    else:
        decided, action = State.DECLINED, AuditAction.WORK_DECLINE
    # Compare and set: of two who decide at once, one is told so.
    moved = Submission.objects.filter(pk=work.pk, state=State.SUBMITTED).update(state=decided)
    if not moved:
        raise Refused(_("This work has been decided already."))
    audit.record(action=action, by=by, on=work)


@transaction.atomic
def publish(*, work: Submission, thanks: str, by: User) -> None:
    """Put an accepted work on show and thank its author; counted as one contribution."""
    now = timezone.now()
    # Compare and set: a second click publishes, counts and thanks nobody twice.
    moved = Submission.objects.filter(pk=work.pk, state=State.ACCEPTED).update(
        state=State.PUBLISHED, published_at=now, published_by=by, thanks=thanks, thanked_at=now
    )
    if not moved:
        raise Refused(_("Only an accepted work can be published."))
    Activity.objects.log(
        [(work.author_id, Activity.Kind.CONTRIBUTION, now, "submission", str(work.pk))]
    )
    audit.record(action=AuditAction.WORK_PUBLISH, by=by, on=work)
    _thank(Submission.objects.select_related("author", "call").get(pk=work.pk), by)


def _thank(work: Submission, by: User) -> None:
    """Put the letter of thanks down, where its author can be written to."""
    if not work.author.email:
        return
    said = thanks_letter(work)
    work.letter = write(
        kind=LetterKind.WORK_THANKS,
        to=work.author.email,
        subject=said.subject,
        text=said.text,
        language=said.language,
        once=f"work.thanks/{work.pk}",
        reader=work.author,
        about=f"feedback.submission:{work.pk}",
        by=by,
    )
    work.save(update_fields=["letter"])


def _refuse_withdrawn(work: Submission) -> None:
    """Raises Refused: whoever sends a withdrawn work again may not take it for sent in."""
    if work.state == State.WITHDRAWN:
        raise Refused(_("You have withdrawn this work. To take part after all, write a new one."))


def _lock(work: Submission) -> Submission:
    """The work as it is now, held until the verb is done; the one that was given may be old."""
    return Submission.objects.select_for_update(no_key=True).get(pk=work.pk)
