"""Verbs of sending.

Launch, pause, resume, resend, test. Each tells PostgreSQL first and Celery after the commit.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign
from campaigns.sending import audience
from campaigns.sending.mail import Mail, Recipient
from core.queue import enqueue
from core.refusals import Refused
from crm.letters import smtp
from crm.segments.refresh import refresh_segment
from crm.staff import audit
from crm.staff.models import User

State = Content.State
#: Runs over one content at the same time, and for how many seconds an unheard message stays worth
#: hearing.
RUNS_PER_CONTENT = 2
MESSAGE_EXPIRES = 60


@dataclass(frozen=True)
class Launched:
    mailed: int
    held_out: int


def blocks(content: Content) -> list[str]:
    """What stands between ``content`` and its launch, in words; empty when it may go."""
    launched = [] if content.is_draft else [_("It has been launched already.")]
    return launched + _unfit(content)


def _unfit(content: Content) -> list[str]:
    campaign = content.campaign
    found = []
    if content.channel.contact != "email":
        found.append(
            _("Only e-mail is sent from here; other channels use the campaign's tracked links.")
        )
    if not campaign.is_locked or campaign.phase != Campaign.Phase.PERFORMANCE:
        found.append(_("The campaign is not live yet: its standards must be locked first."))
    if not campaign.segments.exists():
        found.append(_("The campaign has no segment."))
    return found


@transaction.atomic
def launch_content(*, content: Content, by: User, due_at: datetime | None = None) -> Launched:
    """Freeze the audience into delivery rows and start sending at ``due_at`` (default: the
    content's own time, or now).

    A second click, or a second person, finds the content taken and gets Refused: there is one
    fan-out.
    """
    if reasons := blocks(content):
        raise Refused(" ".join(reasons))
    now = timezone.now()
    taken = Content.objects.filter(pk=content.pk, state=State.DRAFT).update(
        state=State.SENDING, launched_at=now, launched_by=by, updated_at=now
    )
    if not taken:
        raise Refused(_("It has been launched already."))
    content.refresh_from_db()  # what is mailed, and its links, is what is stored now, whatever was loaded before
    if reasons := _unfit(content):
        raise Refused(" ".join(reasons))
    for segment in content.campaign.segments.all():
        if error := refresh_segment(segment).error:
            raise Refused(
                _("Segment “%(name)s” could not be computed: %(error)s")
                % {"name": segment, "error": error}
            )
    content.links.place(content)
    mailed, held_out = audience.freeze(content, due_at or content.due_at or now)
    audit.record(action="content.launch", by=by, on=content, mailed=mailed, held_out=held_out)
    call_workers(content.pk)
    return Launched(mailed, held_out)


def call_workers(content_id: int, *, runs: int = RUNS_PER_CONTENT) -> None:
    """Say that ``content_id`` has rows to send; a lost message is repeated by the sweep."""
    enqueue(
        "campaigns.tasks.deliver", content_id, runs=runs, queue="deliver", expires=MESSAGE_EXPIRES
    )


@transaction.atomic
def pause(*, content: Content, by: User) -> None:
    """Stop claiming. What is in a worker's hands at this moment still goes out."""
    _move(content, State.SENDING, State.PAUSED, _("It is not being sent."))
    audit.record(action="content.pause", by=by, on=content)


@transaction.atomic
def resume(*, content: Content, by: User) -> None:
    """Go on with the rows that are not sent, with the text as it is now.

    Sent rows stay untouched.
    """
    _move(content, State.PAUSED, State.SENDING, _("It is not paused."))
    Content.objects.filter(pk=content.pk).update(trouble="")
    audit.record(action="content.resume", by=by, on=content)
    call_workers(content.pk)


def _move(content: Content, before: str, after: str, refusal: str) -> None:
    moved = Content.objects.filter(pk=content.pk, state=before).update(
        state=after, updated_at=timezone.now()
    )
    if not moved:
        raise Refused(refusal)
    content.refresh_from_db()


@transaction.atomic
def resend_unknown(*, content: Content, by: User, state: str = "unknown") -> int:
    """Queue again the rows in doubt (or, with ``state="failed"``, the failed ones); returns how
    many.

    The message keeps its Message-ID, so a mailbox that has it already can recognise the second
    copy.
    """
    if state not in ("unknown", "failed"):
        raise ValueError(state)
    again = content.deliveries.filter(state=state).update(
        state="pending",
        reason="",
        attempts=0,
        claimed_by="",
        lease_until=None,
        due_at=timezone.now(),
    )
    if again:
        Content.objects.filter(pk=content.pk, state=State.SENT).update(
            state=State.SENDING, finished_at=None
        )
        audit.record(action="content.resend", by=by, on=content, rows=again, state=state)
        call_workers(content.pk)
    return again


def send_test(*, content: Content, by: User) -> str:
    """Mail the text to the person who asks, links untracked.

    Returns the address. Refused with the server's words.
    """
    if not by.email:
        raise Refused(_("Your account has no e-mail address."))
    language = "zh-hans"
    number = time.time_ns()  # no delivery's id, and another Message-ID for each test
    reader = Recipient(
        number, by.email, by.display_name or by.username, by.campus_id, "staff", language
    )
    message = Mail(content, language, tracked=False).write(reader)
    try:
        with smtp.Connection() as connection:
            results = list(connection.send([message], lambda _pk: None))
    except smtp.Unreachable as fault:
        raise Refused(
            _("The mail server does not answer: %(reason)s") % {"reason": fault}
        ) from fault
    if connection.sender_refused or results[0].kind != smtp.SENT:
        reason = connection.sender_refused or results[0].reason
        raise Refused(_("The mail server refused it: %(reason)s") % {"reason": reason})
    audit.record(action="content.test", by=by, on=content)
    return by.email


def in_words(launched: Launched) -> str:
    """ "1,284 readers will be mailed; 142 are held out.\""""
    mailed = ngettext(
        "%(n)s reader will be mailed", "%(n)s readers will be mailed", launched.mailed
    )
    held = ngettext("%(n)s is held out", "%(n)s are held out", launched.held_out)
    return f"{mailed % {'n': f'{launched.mailed:,}'}} · {held % {'n': f'{launched.held_out:,}'}}"
