"""What the desk's first page lists.

Each entry a number with a place to go. One statement per entry.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop.models import Adjustment, Evaluation
from campaigns.contents.models import Content
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from crm.jobs.models import Job
from feedback.calls.models import Submission
from feedback.voices.models import Voice

#: How far back "what changed" looks.
RECENT = timedelta(days=7)
MOST = 5


@dataclass(frozen=True)
class Entry:
    """``n`` things at ``url``; ``late`` ones are marked."""

    n: int
    text: str
    url: str
    detail: str = ""


def waiting(user) -> list[Entry]:
    """What waits for somebody with this person's rights.

    Nothing is listed that waits for nobody.
    """
    voices = Voice.objects.visible_to(user).waiting().count()
    works = Submission.objects.filter(state=Submission.State.SUBMITTED).count()
    decisions = Adjustment.objects.waiting().count()
    entries = [
        Entry(
            voices,
            ngettext("voice without an answer", "voices without an answer", voices),
            reverse("feedback:voice-list"),
        ),
        Entry(
            works,
            ngettext("work to review", "works to review", works),
            reverse("feedback:call-desk-list"),
        ),
        Entry(
            decisions,
            ngettext("proposal to decide", "proposals to decide", decisions),
            reverse("analytics:decision-list") + "?state=proposed",
            "" if user.can("decisions.make") else _("for a manager"),
        ),
    ]
    return [entry for entry in entries if entry.n] + _campaigns()


def _campaigns() -> list[Entry]:
    """Campaigns that can move: planned ones by phase."""
    planned = Campaign.objects.filter(phase__in=["prepare", "strategy", "tactics"]).order_by(
        "starts_on", "pk"
    )[:MOST]
    return [
        Entry(1, campaign.title, campaign.get_absolute_url(), campaign.get_phase_display())
        for campaign in planned
    ]


def late(user, now: datetime) -> list[Entry]:
    """What should have happened already."""
    entries = []
    overdue = Voice.objects.visible_to(user).late(now).count()
    if overdue:
        text = ngettext("voice is past its time", "voices are past their time", overdue)
        entries.append(Entry(overdue, text, reverse("feedback:voice-list") + "?late=on"))
    unknown = (
        Content.objects.filter(deliveries__state=Delivery.State.UNKNOWN)
        .annotate(n=Count("deliveries"))
        .order_by("pk")
    )
    for content in unknown[:MOST]:
        text = ngettext(
            "mail may or may not have gone", "mails may or may not have gone", content.n
        )
        entries.append(Entry(content.n, text, content.get_absolute_url(), str(content)))
    for campaign in Campaign.objects.ended(now.date()).filter(evaluations__isnull=True)[:MOST]:
        text = _("campaign is over and not evaluated yet")
        entries.append(Entry(1, text, campaign.get_absolute_url(), str(campaign)))
    failed = Job.objects.filter(state=Job.State.FAILED, finished_at__gte=now - RECENT).count()
    if failed:
        text = ngettext("job failed this week", "jobs failed this week", failed)
        entries.append(Entry(failed, text, reverse("crm:job-list") + "?state=failed"))
    return entries


@dataclass(frozen=True)
class News:
    at: datetime
    text: str
    url: str
    detail: str = ""


def news(user, now: datetime) -> list[News]:
    """The newest of what readers said and made and of what was computed, newest first."""
    since = now - RECENT
    voices = Voice.objects.visible_to(user).filter(received_at__gte=since, received_at__lte=now)[
        :MOST
    ]
    works = Submission.objects.filter(submitted_at__gte=since, submitted_at__lte=now).order_by(
        "-submitted_at"
    )[:MOST]
    evaluations = (
        Evaluation.objects.filter(computed_at__gte=since)
        .select_related("campaign")
        .defer("inputs", "results")
    )
    found = [
        News(v.received_at, str(v.get_kind_display()), v.get_absolute_url(), v.reference)
        for v in voices
    ]
    found += [
        News(
            w.submitted_at,
            _("A work came in"),
            reverse("feedback:work-review", args=[w.pk]),
            w.title,
        )
        for w in works
    ]
    found += [
        News(e.computed_at, _("Evaluated"), e.get_absolute_url(), str(e.campaign))
        for e in evaluations[:MOST]
    ]
    return sorted(found, key=lambda item: item.at, reverse=True)[: 2 * MOST]
