"""Which rows evaluations still have to count, and whether those of a campaign are all there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.loop.inputs.window import NothingToEvaluate, Window, window_of
from campaigns.experiments.queries import experiment_of
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from core.terms import Interval
from crm.clock.models import Night
from feedback.surveys.models import Response

#: Kinds of which a night may have taken rows that an evaluation counts, or the person in them.
COUNTED = ("activities", "deliveries")
FOREVER = datetime(9999, 12, 30, tzinfo=UTC)
#: How long a campaign without a last day is waited for that nobody closes and nobody hears of.
UNCLOSED = timedelta(days=365)


class Settled(NothingToEvaluate):
    """Rows of the campaign's window were folded: what was published of it stands."""


@dataclass(frozen=True)
class Unspoken:
    """A campaign whose last word is not spoken: its rows stay until ``until``, where they have a
    term; ``period`` is the time in which they lie.
    """

    campaign: Campaign
    period: Interval
    until: datetime | None = None


def needed() -> list[Interval]:
    """The windows of all campaigns whose last word is not spoken.

    It is once there is an evaluation of a moment after the window's end, and after the end of every
    reader's own window where the campaign has an experiment. A campaign without a last
    day has none before it is closed; of one that nobody closes rows stay for ``UNCLOSED`` after the
    last mail or answer. The owner's function ``huixiang_still_needed`` says the same.
    """
    return [one.period for one in unspoken()]


def unspoken() -> list[Unspoken]:
    """All campaigns that wait for an evaluation, in the order of their ids.

    One statement for the campaigns, and what ``what_waits`` asks about each.
    """
    now = timezone.now()
    found = []
    evaluated = Max("evaluations__as_of")
    for campaign in Campaign.objects.annotate(evaluated=evaluated).order_by("pk"):
        waiting = what_waits(campaign, now)
        if waiting is not None and is_unspoken(waiting, now):
            found.append(waiting)
    return found


def what_waits(campaign: Campaign, now: datetime) -> Unspoken | None:
    """The campaign with the period that an evaluation of it needs; None where none can be made."""
    try:
        period = window_of(campaign, now).period
    except NothingToEvaluate:
        return None

    end = period.end or campaign.closed_at
    if end is not None:
        return Unspoken(campaign, (period.start, later(end, last_window_of(campaign))), None)

    # Nobody has closed it and it has no last day: it is waited for as long as it is heard of.
    until = last_heard_of(campaign, period.start) + UNCLOSED
    return Unspoken(campaign, (period.start, FOREVER), until)


def last_window_of(campaign: Campaign) -> datetime | None:
    """When the window of the reader who was drawn last ends; None without an experiment, and before
    anybody was drawn. Two statements.
    """
    experiment = experiment_of(campaign)
    if experiment is None:
        return None
    last = experiment.assignments.aggregate(at=Max("at"))["at"]
    if last is None:
        return None
    return last + timedelta(days=experiment.window_days)


def later(end: datetime, other: datetime | None) -> datetime:
    """The later of the two; ``end`` where there is no other."""
    if other is None:
        return end
    return max(end, other)


def is_unspoken(waiting: Unspoken, now: datetime) -> bool:
    """Whether its rows are still needed: its term runs, and no evaluation looks past its end."""
    if waiting.until is not None and waiting.until <= now:
        return False

    _start, end = waiting.period
    evaluated = waiting.campaign.evaluated
    return evaluated is None or evaluated < end


def last_heard_of(campaign: Campaign, began: datetime) -> datetime:
    """The last mail or answer of a campaign, whichever is later; its beginning where none is."""
    mails = Delivery.objects.filter(content__campaign=campaign)
    answers = Response.objects.filter(survey__campaign=campaign)
    last_mail = mails.aggregate(at=Max(Coalesce("sent_at", "due_at")))["at"]
    last_answer = answers.aggregate(at=Max("submitted_at"))["at"]
    return max(filter(None, (began, last_mail, last_answer)))


def waiting_in_words() -> Iterator[tuple[str, str]]:
    """What the page of the clock says of campaigns that nobody closes: words and an address for
    each; nothing where every campaign has an end.
    """
    for one in unspoken():
        if one.until is not None:
            text = _(
                "“%(campaign)s” has no last day and is not closed: what it counts stays until it is"
                " closed and evaluated, at the longest until %(until)s. That is a year after the"
                " last mail or answer; afterwards its last evaluation stands."
            )
            until = date_format(timezone.localtime(one.until))
            values = {"campaign": one.campaign.title, "until": until}
            yield text % values, one.campaign.get_absolute_url()


def refuse_if_folded(window: Window) -> None:
    """Raises Settled where a night looked at rows of the window and did not leave them."""
    for night in Night.objects.removing(*COUNTED).filter(before__gt=window.period.start):
        over = night.over
        until = min(window.until, over.before)
        if not _is_covered(window.period.start, until, over.kept):
            raise Settled(_("Single rows of this campaign are folded; its last evaluation stands."))


def _is_covered(start: datetime, until: datetime, kept: tuple[Interval, ...]) -> bool:
    """Whether ``kept`` leaves no gap from ``start`` to before ``until``; its intervals may overlap
    and stand in any order.
    """
    reached = start
    for first, end in sorted(kept):
        if first > reached:
            break
        reached = max(reached, end)
    return reached >= until
