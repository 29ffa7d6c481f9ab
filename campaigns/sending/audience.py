"""Who a launch would reach.

Counted for the confirmation page and frozen into delivery rows by the same conditions.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.experiments.queries import experiment_of
from campaigns.limits.queries import rules_in_force
from campaigns.limits.quiet import out_of_quiet
from campaigns.plan.models import Campaign
from campaigns.sending import assigning, draw, frequency
from campaigns.sending.models import Delivery
from core.disclosure import Count, CountRow, Missing
from crm.readers.models import ContactChannel, Reader, ReaderQuerySet
from crm.readers.queries import (
    MAILABLE,
    WHY_NOT_MAILABLE,
    NotMailable,
    mail_permission,
    may_open_every_reader,
    shared_mailboxes,
)
from crm.segments.refresh import refresh_segment

State = Delivery.State
#: How long the confirmation page may wait for one segment, in milliseconds; the launch itself has
#: the limit of every refresh.
PREPARE_MS = 5_000

#: Every member once, however many of the campaign's segments hold them.
MEMBERS = f"""
FROM (
    SELECT reader_id, array_agg(segment_id::int ORDER BY segment_id) AS segment_ids
    FROM crm_segmentmember
    WHERE segment_id = ANY(%(segments)s)
    GROUP BY reader_id
) m
JOIN crm_reader r ON r.id = m.reader_id
LEFT JOIN unnest(%(sharers)s::bigint[], %(firsts)s::bigint[]) AS shared(reader, first)
    ON shared.reader = r.id
LEFT JOIN spent ON spent.mailbox = {draw.MAILBOX}
{draw.PLACES}
"""
#: A second reader with the same mailbox would get the same mail again.
DOUBLE = "r.id = ANY(%(doubles)s)"
#: The mailbox has had as many mails as the library sends, whichever arm it would be drawn into.
FREQUENT = "spent.mailbox IS NOT NULL"
LEFT_OUT = f"""
CASE WHEN {DOUBLE} THEN '{NotMailable.SAME_MAILBOX}'
     WHEN {FREQUENT} THEN '{NotMailable.FREQUENCY}'
     WHEN {draw.IN_PROGRAMME} THEN '{NotMailable.PROGRAMME}'
     ELSE '' END
"""
WHY_NOT = f"coalesce(nullif({WHY_NOT_MAILABLE}, ''), {LEFT_OUT})"
COUNT = f"""
WITH {frequency.SPENT}
SELECT count(*),
       count(*) FILTER (WHERE why = '' AND NOT held_out AND NOT other_arm),
       count(*) FILTER (WHERE why = '' AND held_out),
       count(*) FILTER (WHERE why = '{NotMailable.LEFT}'),
       count(*) FILTER (WHERE why = '{NotMailable.NO_ADDRESS}'),
       count(*) FILTER (WHERE why = '{NotMailable.NO_CONSENT}'),
       count(*) FILTER (WHERE why = '{NotMailable.STOPPED}'),
       count(*) FILTER (WHERE why = '{NotMailable.UNDELIVERABLE}'),
       count(*) FILTER (WHERE why = '{NotMailable.SUPPRESSED}'),
       count(*) FILTER (WHERE why = '{NotMailable.SAME_MAILBOX}'),
       count(*) FILTER (WHERE why = '{NotMailable.FREQUENCY}'),
       count(*) FILTER (WHERE why = '{NotMailable.PROGRAMME}'),
       count(*) FILTER (WHERE why = '' AND NOT held_out AND other_arm)
FROM (
    SELECT {WHY_NOT} AS why, {draw.HELD_OUT} AS held_out, {draw.OTHER_ARM} AS other_arm {MEMBERS}
    WHERE %(campus)s::integer IS NULL OR r.campus_id = %(campus)s::integer
) judged
"""
FREEZE = f"""
WITH {frequency.SPENT}
INSERT INTO campaigns_delivery
    (content_id, reader_id, state, segment_ids, due_at, claimed_by, attempts, reason)
SELECT %(content)s,
       r.id,
       CASE WHEN {LEFT_OUT} <> '' THEN '{State.SKIPPED}'
            WHEN {draw.HELD_OUT} THEN '{State.HOLDOUT}'
            ELSE '{State.PENDING}' END,
       m.segment_ids,
       coalesce(own.due_at, %(due_at)s),
       '', 0,
       {LEFT_OUT}
{MEMBERS}
LEFT JOIN unnest(%(hour_arms)s::bigint[], %(hour_dues)s::timestamptz[]) AS own(arm_id, due_at)
    ON own.arm_id = place.arm_id
WHERE {MAILABLE}
  AND ({LEFT_OUT} <> '' OR {draw.HELD_OUT} OR NOT {draw.OTHER_ARM})
ON CONFLICT (content_id, reader_id) DO NOTHING
"""
ASSIGN = assigning.assign_statement(
    spent=frequency.SPENT, members=MEMBERS, mailable=MAILABLE, left_out=LEFT_OUT
)


@dataclass(frozen=True)
class Audience:
    """Counts of persons in the campaign's segments; those behind ``members`` add up to it.

    ``is_limited``: of one campus's readers alone.
    """

    members: int
    mailed: int
    held_out: int
    left: int
    no_address: int
    no_consent: int
    stopped: int
    undeliverable: int
    suppressed: int
    same_mailbox: int
    frequent: int = 0
    in_programme: int = 0
    other_arm: int = 0
    is_limited: bool = False

    def shown_to(self, viewer) -> "ShownAudience":
        """The same as ``viewer`` may be told: exactly, who may open each of these readers."""
        parts = [
            self.mailed,
            self.held_out,
            self.left,
            self.no_address,
            self.no_consent,
            self.stopped,
            self.undeliverable,
            self.suppressed,
            self.same_mailbox,
            self.frequent,
            self.in_programme,
            self.other_arm,
        ]
        may_open_each = may_open_every_reader(viewer) or self.is_limited
        row = CountRow.of(parts, exact=may_open_each)
        return ShownAudience(row.total, *row, is_limited=self.is_limited)


@dataclass(frozen=True)
class ShownAudience:
    """An ``Audience`` for the page of one viewer."""

    members: Count
    mailed: Count
    held_out: Count
    left: Count
    no_address: Count
    no_consent: Count
    stopped: Count
    undeliverable: Count
    suppressed: Count
    same_mailbox: Count
    frequent: Count
    in_programme: Count
    other_arm: Count
    is_limited: bool = False

    @property
    def all_mailed(self) -> Count:
        """Everybody who will be mailed, which staff of one campus are not told."""
        return self.mailed.withheld_where(self.is_limited)


@dataclass(frozen=True)
class LaunchCount:
    """How many delivery rows a launch wrote: to be mailed, held out, and left out because as many
    mails went there as the library sends. ``due_at``: when the first of them may go.
    """

    mailed: int
    held_out: int
    frequent: int = 0
    due_at: datetime | None = None

    def shown_to(self, viewer) -> CountRow:
        """(mailed, held out, left out) as ``viewer`` may be told."""
        if viewer.campus_id:
            # They know how many of their own campus are among them.
            nothing = Count.without(Missing.WITHHELD)
            return CountRow((nothing, nothing, nothing), nothing)
        parts = [self.mailed, self.held_out, self.frequent]
        return CountRow.of(parts, exact=may_open_every_reader(viewer))


def _values(content: Content, due_at: datetime) -> dict:
    """The parameters that COUNT and FREEZE share; ``suppressed`` and ``doubles`` are ids of
    readers.
    """
    campaign, purpose = content.campaign, content.purpose
    chosen = list(campaign.segments.values_list("pk", flat=True))
    members = Reader.objects.filter(memberships__segment__in=chosen)
    first_of = shared_mailboxes()
    return {
        **frequency.values(content, due_at),
        **draw.values(campaign, content.arm_id),
        "segments": chosen,
        "permission": mail_permission(purpose),
        "suppressed": members.suppressed(purpose),
        "sharers": list(first_of),
        "firsts": list(first_of.values()),
        "doubles": _doubles(members, purpose, first_of),
    }


def _hours(content: Content, due_at: datetime) -> dict:
    """When arms with an hour of their own get the mail, put off by quiet hours like every other."""
    experiment = experiment_of(content.campaign)
    hours = assigning.hours_of_arms(experiment, due_at)
    hours["hour_dues"] = [sending_moment(content, due) for due in hours["hour_dues"]]
    return hours


def _doubles(members: ReaderQuerySet, purpose: str, first_of: dict[int, int]) -> list[int]:
    """Readers behind another one with the same mailbox whose row allows the mail as well; of each
    mailbox all but the one with the smallest key.
    """
    # Only rows that allow the mail compete: one that refuses does not keep it from the mailbox.
    sharing = members.reachable(ContactChannel.EMAIL, purpose).filter(pk__in=list(first_of))
    taken, doubles = set(), []
    for pk in sharing.order_by("pk").distinct().values_list("pk", flat=True):
        mailbox = first_of[pk]
        if mailbox in taken:
            doubles.append(pk)
        taken.add(mailbox)
    return doubles


def sending_moment(content: Content, moment: datetime) -> datetime:
    """When a mail of ``content`` may go that is due at ``moment``: in quiet hours when they end.
    Notices wait for nothing.
    """
    if not content.is_promotion:
        return moment
    return out_of_quiet(moment, rules_in_force())


def prepare(campaign: Campaign) -> list[tuple[str, str]]:
    """Compute the segments that never were, so that counting them means something.

    Returns [(segment's name, why not)] of those that fail or take longer than somebody waits for a
    page, PREPARE_MS each; empty where all are counted.
    """
    failed = []
    for segment in campaign.segments.filter(refreshed_at__isnull=True):
        error = refresh_segment(segment, limit_ms=PREPARE_MS).error
        if error:
            failed.append((segment.name, error))
    return failed


def count(content: Content, viewer=None) -> Audience:
    """What a launch of the e-mail content would do now; writes nothing.

    Of the readers of the campus that ``viewer`` is limited to, of all where there is none.
    """
    campus = getattr(viewer, "campus_id", None)
    due_at = sending_moment(content, content.due_at or timezone.now())
    values = _values(content, due_at) | {"campus": campus}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        return Audience(*cursor.fetchone(), is_limited=campus is not None)


def freeze(content: Content, due_at: datetime, *, at: datetime | None = None) -> LaunchCount:
    """Write one delivery row per reader who may be mailed, in one statement, after everybody has a
    place in the campaign's experiment, drawn ``at`` (default: now).

    Who was drawn into another arm than the content's gets no row, who is held out one of each. Of
    several readers with one mailbox the first gets the mail, and the others a row that says so.
    A promotional mail that would be due in quiet hours is due when they end.
    """
    # Before anything is counted, so that the rows of another launch are counted as well.
    frequency.wait_for_other_launches(content)
    due_at = sending_moment(content, due_at)
    values = _values(content, due_at) | {"content": content.pk, "due_at": due_at}
    assigning.assign(ASSIGN, values, at or timezone.now())
    values |= _hours(content, due_at)
    with connection.cursor() as cursor:
        cursor.execute(FREEZE, values)
    # The statement says how many rows it wrote, not on which side of the draw they fell.
    held_out = content.deliveries.filter(state=State.HOLDOUT).count()
    mailed = content.deliveries.filter(state=State.PENDING).count()
    frequent = content.deliveries.filter(reason=NotMailable.FREQUENCY).count()
    return LaunchCount(mailed=mailed, held_out=held_out, frequent=frequent, due_at=due_at)
