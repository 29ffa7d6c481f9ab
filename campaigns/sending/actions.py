"""Verbs of sending.

Launch, pause, resume, resend, test. Each tells PostgreSQL first and Celery after the commit.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.contents.models import Content
from campaigns.limits.models import LimitStop
from campaigns.limits.queries import open_stop
from campaigns.plan.models import Campaign
from campaigns.sending import audience, limit, machine_rules, machines
from campaigns.sending.audience import LaunchCount
from campaigns.sending.letters import KIND as TO_SUBSCRIBERS
from campaigns.sending.letters import cause_of
from campaigns.sending.mail import Mail, Recipient, new_test_number, read_back
from campaigns.sending.models import Click, Delivery
from campaigns.sending.readiness import (
    Obstacle,
    campaign_obstacles,
    going_on_obstacles,
    launch_obstacles,
    nobody_mailed,
)
from campaigns.sending.subscribing import drafts_for
from campaigns.sending.words import obstacles_in_words
from campaigns.sending.workers import call_workers
from core.disclosure import Count
from core.refusals import Refused
from crm.clock.models import Night
from crm.letters.actions import hold_back, let_go, write, write_many
from crm.letters.models import LetterKind
from crm.readers.folding import ACTIVITIES
from crm.readers.models import Reader
from crm.segments.refresh import refresh_segment
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

State = Content.State
#: What a person may queue again: rows in doubt, and rows that failed.
RESENDABLE = (Delivery.State.UNKNOWN, Delivery.State.FAILED)
#: A stop of which nobody could be told for so long is seen on the desk.
TOLD_WITHIN = timedelta(days=1)
#: A test mail, and what staff are told, is written in the language of the desk.
DESK_LANGUAGE = "zh-hans"


@transaction.atomic
def launch_content(
    *, content: Content, by: User, due_at: datetime | None = None, at: datetime | None = None
) -> LaunchCount:
    """Freeze the audience into delivery rows and start sending at ``due_at`` (default: the
    content's own time, or now).

    ``at`` is now, except for a library that is made up with its past.
    Refused where something stands in the way (``readiness``) or nobody would be mailed. A second
    click, or a second person, finds the content taken and gets Refused: there is one fan-out.
    """
    _refuse(launch_obstacles(content))

    now = at or timezone.now()
    # Compare-and-set: of all who press the button only one finds a draft.
    taken = Content.objects.filter(pk=content.pk, state=State.DRAFT).update(
        state=State.SENDING, launched_at=now, launched_by=by, updated_at=now
    )
    if not taken:
        _refuse([Obstacle.LAUNCHED])

    # What is mailed, and its links, is what is stored now, whatever was loaded before.
    content.refresh_from_db()
    _refuse(campaign_obstacles(content))
    _refresh_segments(content)
    content.links.place(content)

    due = due_at or content.due_at or now
    launched = audience.freeze(content, due, at=now)
    # Quiet hours put the mails off, and the letters with them.
    subscribers = _write_to_subscribers(content, launched.due_at or due, by)
    if not launched.mailed and not subscribers:
        # Nothing of this stays: what is refused has not been launched.
        some = {"some_held_out": launched.held_out > 0, "some_frequent": launched.frequent > 0}
        _refuse([nobody_mailed(content, **some)])
    audit.record(
        action=AuditAction.CONTENT_LAUNCH,
        by=by,
        on=content,
        # Whoever may read the trail may not open each of these readers.
        mailed=Count.of(launched.mailed).public_number,
        held_out=Count.of(launched.held_out).public_number,
        frequent=Count.of(launched.frequent).public_number,
        subscribers=Count.of(subscribers).public_number,
    )
    call_workers(content.pk)
    return launched


def _write_to_subscribers(content: Content, due_at: datetime, by: User) -> int:
    """Single letters to people who are no readers; returns how many."""
    drafts = drafts_for(content, due_at)
    if not drafts:
        return 0
    return write_many(
        kind=TO_SUBSCRIBERS, drafts=drafts, about=cause_of(content), due_at=due_at, by=by
    )


def _refuse(obstacles: list[Obstacle]) -> None:
    """Refused with a sentence for each obstacle; nothing where there is none."""
    if not obstacles:
        return
    sentences = obstacles_in_words(obstacles)
    raise Refused(" ".join(sentences))


def _refresh_segments(content: Content) -> None:
    """Whom the campaign addresses, as of now. Refused when a segment cannot be computed."""
    for segment in content.campaign.segments.all():
        error = refresh_segment(segment).error
        if error:
            raise Refused(
                _("Segment “%(name)s” could not be computed: %(error)s")
                % {"name": segment, "error": error}
            )


@transaction.atomic
def pause(*, content: Content, by: User) -> None:
    """Stop claiming. What is in a worker's hands at this moment still goes out. Refused where it is
    not being sent.
    """
    _change_state(content, State.SENDING, State.PAUSED, refusal=_("It is not being sent."))
    hold_back(about=cause_of(content), kind=TO_SUBSCRIBERS, by=by)
    audit.record(action=AuditAction.CONTENT_PAUSE, by=by, on=content)


@transaction.atomic
def pause_all(*, campaign: Campaign, by: User) -> int:
    """Pause every mail of the campaign that is being sent; returns how many they are. One audit row
    for each.
    """
    # Held, so that none of them is through before it is paused.
    going_out = Content.objects.select_for_update().filter(campaign=campaign, state=State.SENDING)
    contents = list(going_out)
    for content in contents:
        pause(content=content, by=by)
    return len(contents)


@transaction.atomic
def resume(*, content: Content, by: User) -> None:
    """Go on with the rows that are not sent, with the text as it is now.

    Sent rows stay untouched. Refused where it is not paused, where it was decided to stop, and
    where a limit stopped the campaign (``resume_after_limit``).
    """
    _refuse(going_on_obstacles(content.campaign))
    if open_stop(content.campaign_id) is not None:
        _refuse([Obstacle.LIMIT_PASSED])
    _change_state(content, State.PAUSED, State.SENDING, refusal=_("It is not paused."))
    # Whoever goes on has mended what the trouble was, or wants to see it again.
    Content.objects.filter(pk=content.pk).update(trouble="")
    _let_go(content, by)
    audit.record(action=AuditAction.CONTENT_RESUME, by=by, on=content)
    call_workers(content.pk)


def _let_go(content: Content, by: User) -> None:
    """Letters to subscribers that were held back go on: now, or when quiet hours end."""
    due_at = audience.sending_moment(content, timezone.now())
    let_go(about=cause_of(content), kind=TO_SUBSCRIBERS, due_at=due_at, by=by)


@transaction.atomic
def resume_after_limit(*, stop: LimitStop, reason: str, by: User) -> LimitStop:
    """Go on with what a limit stopped, for a reason that stays; what stands now is taken in, and
    the limit looks at what comes after.

    Refused where somebody has gone on with it before, and where it was decided to stop.
    """
    _refuse(going_on_obstacles(stop.campaign))
    then = limit.troubles_of(stop.campaign_id).as_json()
    # Of two who go on at once only one finds the stop open.
    went_on = LimitStop.objects.filter(pk=stop.pk, resumed_at__isnull=True).update(
        resumed_at=timezone.now(), resumed_by=by, reason=reason, then=then
    )
    if not went_on:
        raise Refused(_("Somebody has gone on with it already."))
    stop.refresh_from_db()
    # What a person had paused before stays paused.
    paused = Content.objects.filter(pk__in=stop.contents, state=State.PAUSED)
    # Read before the update, after which none of them is paused.
    contents = list(paused.values_list("pk", flat=True))
    paused.update(state=State.SENDING, updated_at=timezone.now(), trouble="")
    audit.record(action=AuditAction.CAMPAIGN_LIMIT_END, by=by, on=stop.campaign, reason=stop.reason)
    for content in contents:
        call_workers(content)
    # All of the campaign that nobody has paused by hand, also what has no deliveries left.
    wrote = stop.campaign.contents.filter(to_subscribers=True, launched_at__isnull=False)
    for content in wrote.exclude(state=State.PAUSED):
        _let_go(content, by)
    return stop


@transaction.atomic
def tell_of_stops(*, by: User | None = None) -> None:
    """Write to those who answer for a campaign that a limit has stopped, once for each stop; ``by``
    is nobody where a sweep calls it.
    """
    young = timezone.now() - TOLD_WITHIN
    stops = LimitStop.objects.filter(resumed_at__isnull=True, at__gte=young)
    for stop in stops.select_related("campaign"):
        for person in limit.answerable(stop):
            _tell_of(stop, person, by)


def _tell_of(stop: LimitStop, person: User, by: User | None) -> None:
    """Put the letter down; it is there already where an earlier sweep wrote it."""
    # A sweep calls this as well, and has no language of its own.
    with translation.override(DESK_LANGUAGE):
        page = settings.BASE_URL + reverse("campaigns:limit-resume", args=[stop.campaign_id])
        write(
            kind=LetterKind.NOTICE,
            to=person.email,
            subject=_("Sending of “%(campaign)s” has stopped") % {"campaign": stop.campaign},
            text="\n\n".join([limit.stop_in_words(stop, person), page]),
            language=DESK_LANGUAGE,
            once=f"limit/{stop.pk}/{person.pk}",
            about=f"campaigns.campaign:{stop.campaign_id}",
            by=by,
        )


def _change_state(content: Content, before: str, after: str, *, refusal: str) -> None:
    """Compare-and-set of the content's state. Refused where it is not in ``before``."""
    # The new time of change is the version a run compiled: older runs claim nothing more.
    moved = Content.objects.filter(pk=content.pk, state=before).update(
        state=after, updated_at=timezone.now()
    )
    if not moved:
        raise Refused(refusal)
    content.refresh_from_db()


@transaction.atomic
def resend_unknown(*, content: Content, by: User, state: str = Delivery.State.UNKNOWN) -> int:
    """Queue again the rows in doubt (or, with ``state`` failed, the failed ones); returns how many.

    The message keeps its Message-ID, so a mailbox that has it already can recognise the second
    copy. Raises ValueError for any other state, Refused where it was decided to stop.
    """
    if state not in RESENDABLE:
        raise ValueError(state)
    _refuse(going_on_obstacles(content.campaign))
    again = content.deliveries.filter(state=state).update(
        state=Delivery.State.PENDING,
        reason="",
        # With the old count the next failure could already be the last.
        attempts=0,
        claimed_by="",
        lease_until=None,
        due_at=timezone.now(),
    )
    if not again:
        return 0

    # A paused content stays paused; its rows wait with the others.
    Content.objects.filter(pk=content.pk, state=State.SENT).update(
        state=State.SENDING, finished_at=None
    )
    audit.record(
        action=AuditAction.CONTENT_RESEND,
        by=by,
        on=content,
        rows=Count.of(again).public_number,
        state=str(state),
    )
    call_workers(content.pk)
    return again


@transaction.atomic
def send_test(*, content: Content, by: User) -> str:
    """Write the text to the person who asks, links untracked, as a letter.

    Returns the address. Refused where they have none.
    """
    if not by.email:
        raise Refused(_("Your account has no e-mail address."))

    number = new_test_number()
    recipient = Recipient(
        pk=number,
        email=by.email,
        name=str(by),
        campus_id=by.campus_id,
        kind=Reader.Kind.STAFF,
        language=DESK_LANGUAGE,
    )
    # Untracked: one's own click must not stand among those of the readers.
    said = read_back(Mail(content, DESK_LANGUAGE, tracked=False).write(recipient))
    write(
        kind=LetterKind.CONTENT_TEST,
        to=by.email,
        subject=said.subject,
        text=said.text,
        html=said.html,
        language=DESK_LANGUAGE,
        once=f"{LetterKind.CONTENT_TEST}/{number}",
        about=f"campaigns.content:{content.pk}",
        by=by,
        sender=said.sender,
        headers=said.headers,
    )
    audit.record(action=AuditAction.CONTENT_TEST, by=by, on=content)
    return by.email


@transaction.atomic
def judge_clicks(*, campaign: Campaign, by: User) -> machines.Changed:
    """Judge every click of a campaign by the rules of today, also those that nobody has judged.

    Nothing published changes by it: the next evaluation is a new version. Refused where none has
    come, and where what readers did is counted by months by now.
    """
    found = Click.objects.filter(link__campaign=campaign)
    counted_by_months = Night.objects.removed_until(ACTIVITIES)
    if counted_by_months is not None:
        found = found.filter(at__gte=counted_by_months)
    times = found.aggregate(first=Min("at"), last=Max("at"))
    if times["first"] is None:
        raise Refused(_("There is no click to be judged, or none that is still single."))

    changed = machines.Changed()
    start = times["first"]
    # Day by day, since neighbours of other campaigns are looked at as well.
    while start <= times["last"]:
        until = start + timedelta(days=1)
        changed.join(machines.judge(start, until, campaign=campaign.pk, anew=True))
        start = until
    audit.record(
        action=AuditAction.CLICKS_JUDGE,
        by=by,
        on=campaign,
        rules=machine_rules.VERSION,
        left_out=len(changed.lost),
        counted=len(changed.gained),
    )
    return changed
