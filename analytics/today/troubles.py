"""What stands still until somebody does something: machines, mail, jobs, figures that do not hold.

A line for each thing, over the rows that this person may see; a machine's troubles for everybody.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.db.models import Count as Number
from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.published.beside import look_of_now
from analytics.today import time_left, words
from analytics.today.items import DeskClock, DeskItem, Lot
from analytics.today.lots import lot_of, standing_still
from campaigns.contents.models import Content
from campaigns.limits.models import LimitStop
from campaigns.links.models import MissedClicks
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from core import disks
from core.disclosure import Count
from crm.jobs.models import Job
from crm.letters.models import LATE_AFTER, Letter
from crm.privacy.models import Departure

#: How far back failed jobs and clicks that were not counted are told.
RECENT = timedelta(days=7)


# --- this machine ---------------------------------------------------------------------------------
def machine(user, clock: DeskClock) -> Lot:
    """What is the matter with the machine or with what was published; a line each."""
    return Lot.of(
        [
            *full_disks(clock),
            *full_database(clock),
            *missed_clicks(clock),
            *stuck_departures(user, clock),
            *broken_publications(user, clock),
        ]
    )


def standing(
    key: str, text: str, url: str, clock: DeskClock, *, since=None, details=()
) -> DeskItem:
    """A line about something that stands still, ``since`` a moment where that is known."""
    return DeskItem(
        key=key,
        kinds=(pgettext("a line", "System"),),
        text=text,
        left=time_left.standing_since(since, clock),
        url=url,
        action=pgettext("a line", "Look"),
        details=details,
    )


def full_disks(clock: DeskClock) -> Iterator[DeskItem]:
    """Folders of this machine that can take nothing more, whoever looks."""
    said = {
        "journals": _("The disk of the journals is full: no mail goes out, no click is counted"),
        "media": _("The disk of uploaded files is full: no upload is taken in"),
    }
    for name, folder in disks.folders().items():
        if not disks.has_room(folder):
            details = (str(folder.name),)
            yield standing(name, said[name], reverse("crm:job-list"), clock, details=details)


def full_database(clock: DeskClock) -> Iterator[DeskItem]:
    """Its own disk, of which we know only what it refused to write."""
    full_at = disks.database_full_at()
    if full_at is not None:
        text = _("The disk of the database was full: what was written then was not kept")
        yield standing("database", text, reverse("crm:job-list"), clock, since=full_at)


def missed_clicks(clock: DeskClock) -> Iterator[DeskItem]:
    """Clicks that were followed and are in no figure."""
    since = clock.today - RECENT
    missed = MissedClicks.objects.filter(day__gt=since).aggregate(n=Sum("n"))["n"]
    if missed:
        text = words.missed_clicks(missed)
        yield standing("clicks", text, reverse("campaigns:link-list"), clock)


def stuck_departures(user, clock: DeskClock) -> Iterator[DeskItem]:
    """That somebody is here still who should be gone; not who, nor how many."""
    if user.can("privacy.keep") and Departure.objects.stuck().exists():
        text = _("Somebody who asked to be erased could not be erased")
        details = (_("It is tried again every hour; the log says what failed."),)
        yield standing("departures", text, reverse("crm:privacy-clock"), clock, details=details)


def broken_publications(user, clock: DeskClock) -> Iterator[DeskItem]:
    """For those who decide by these figures."""
    if not user.can("decisions.make"):
        return
    last = look_of_now()
    if last is None or last.holds:
        return
    text = words.broken_publications(len(last.breaks))
    yield standing("published", text, reverse("analytics:published"), clock, since=last.at)


# --- mail -----------------------------------------------------------------------------------------
def letters(user, clock: DeskClock) -> Lot:
    """Single letters that need a person: they failed, are in doubt, or wait too long."""
    if not user.can("letters.view"):
        return Lot()
    rows = Letter.objects.visible_to(user)
    rows = rows.filter(needs_somebody(clock)).defer("text", "html", "headers")
    url = f"{reverse('crm:letter-list')}?state={Letter.State.FAILED}"
    line = partial(letter_item, clock=clock)
    return lot_of(
        rows.order_by("queued_at", "pk"), line, standing_still, clock, kind="letters", url=url
    )


def needs_somebody(clock: DeskClock) -> Q:
    """Letters that failed or are in doubt, and those that wait too long (``LetterQuerySet.late``).

    State by state: each has a small index of its own, and none has one for several.
    """
    since = clock.now - LATE_AFTER
    waits_too_long = Q(state=Letter.State.PENDING, queued_at__lt=since)
    hangs = Q(state=Letter.State.INFLIGHT, queued_at__lt=since)
    return waits_too_long | hangs | Q(state=Letter.State.FAILED) | Q(state=Letter.State.UNKNOWN)


def letter_item(letter: Letter, clock: DeskClock) -> DeskItem:
    """A letter by its subject, with the reason as far as it may be told."""
    return DeskItem(
        key=f"letter-{letter.pk}",
        kinds=(pgettext("a line", "Letter"), letter.kind_in_words),
        text=words.letter(letter),
        left=time_left.standing_since(letter.queued_at, clock),
        url=letter.get_absolute_url(),
        action=pgettext("a line", "Look"),
        details=tuple(filter(None, [why_troubled(letter, clock)])),
    )


def why_troubled(letter: Letter, clock: DeskClock) -> str:
    """What the mail server or our own disk last said; that no worker runs where nobody tries it."""
    if letter.is_stalled(clock.now):
        return _("No worker seems to run.")
    return letter.reason_in_words


def mails_in_doubt(user, clock: DeskClock) -> Lot:
    """Contents with mails of which neither journal nor row says whether they have gone."""
    rows = Content.objects.visible_to(user).filter(deliveries__state=Delivery.State.UNKNOWN)
    rows = rows.annotate(n=Number("deliveries")).order_by("launched_at", "pk")
    url = reverse("campaigns:campaign-list")
    line = partial(doubtful_item, clock=clock, viewer=user)
    return lot_of(rows, line, standing_still, clock, kind="mails", url=url)


def doubtful_item(content: Content, clock: DeskClock, viewer) -> DeskItem:
    """A content with mails in doubt; how many, where ``viewer`` may be told."""
    mails = Count.of(content.n)
    if viewer.campus_id:
        # They could take off those to readers of their own.
        mails = None
    return DeskItem(
        key=f"content-{content.pk}",
        kinds=(pgettext("a line", "Mailing"),),
        text=words.doubtful_mails(content, mails),
        left=time_left.standing_since(content.launched_at, clock),
        url=content.get_absolute_url(),
        action=pgettext("a line", "Look"),
    )


def stops(user, clock: DeskClock) -> Lot:
    """Campaigns whose mails a limit has stopped, and that nobody has let go on."""
    if not user.can("campaigns.launch"):
        return Lot()
    visible = Campaign.objects.visible_to(user)
    rows = LimitStop.objects.filter(resumed_at__isnull=True, campaign__in=visible)
    rows = rows.select_related("campaign").order_by("at", "pk")
    url = reverse("campaigns:campaign-list")
    return lot_of(
        rows, partial(stop_item, clock=clock), standing_still, clock, kind="stops", url=url
    )


def stop_item(stop: LimitStop, clock: DeskClock) -> DeskItem:
    """A stop by the library's own limit."""
    return DeskItem(
        key=f"stop-{stop.pk}",
        kinds=(pgettext("a line", "Mailing"), stop.get_trouble_display()),
        text=words.stopped(stop.campaign),
        left=time_left.standing_since(stop.at, clock),
        url=reverse("campaigns:limit-resume", args=[stop.campaign_id]),
        action=pgettext("a campaign", "Go on"),
        details=(_("Nothing more is sent until somebody says why it goes on."),),
    )


# --- jobs -----------------------------------------------------------------------------------------
def jobs(user, clock: DeskClock) -> Lot:
    """Long work that failed within the week, the newest first."""
    rows: QuerySet[Job] = Job.objects.visible_to(user).filter(state=Job.State.FAILED)
    rows = rows.filter(finished_at__gte=clock.now - RECENT).order_by("-finished_at", "pk")
    url = f"{reverse('crm:job-list')}?state={Job.State.FAILED}"
    return lot_of(rows, partial(job_item, clock=clock), standing_still, clock, kind="jobs", url=url)


def job_item(job: Job, clock: DeskClock) -> DeskItem:
    """A failed job with the fault as it is told."""
    return DeskItem(
        key=f"job-{job.pk}",
        kinds=(pgettext("a line", "Job"),),
        text=words.job_failed(job),
        left=time_left.standing_since(job.finished_at, clock),
        url=job.get_absolute_url(),
        action=pgettext("a line", "Look"),
        details=tuple(filter(None, [job.message_in_words])),
    )
