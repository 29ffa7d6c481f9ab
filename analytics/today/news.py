"""What changed since somebody was last here: what readers said and made, what colleagues and the
portal did. Their own steps are no news to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.urls import reverse

from analytics.loop.models import Adjustment, Decision, Evaluation
from analytics.today import words
from analytics.today.items import DeskClock
from campaigns.contents.models import Content
from crm.accounts.models import BrowserSession
from crm.accounts.visits import last_visit
from crm.imports.models import ImportBatch
from feedback.calls.models import Submission
from feedback.voices.models import MessageState, Voice, VoiceMessage

#: The newest of each kind are told, and so many of all.
OF_A_KIND, MOST = 4, 12
#: How far back is told where nobody knows of an earlier visit.
UNKNOWN = timedelta(days=7)


@dataclass(frozen=True)
class LastVisit:
    """From when on it is told; ``is_known``: somebody was last here then."""

    at: datetime
    is_known: bool


def since_of(session: BrowserSession | None, clock: DeskClock) -> LastVisit:
    """When whoever is signed in was last here; a week ago where nothing is recorded of that."""
    seen = None
    if session is not None:
        seen = last_visit(session)
    if seen is None:
        return LastVisit(clock.now - UNKNOWN, is_known=False)
    return LastVisit(seen, is_known=True)


@dataclass(frozen=True)
class News:
    """One thing that happened ``at`` a moment; ``is_said``: ``text`` is a reader's own words."""

    at: datetime
    text: str
    url: str
    details: tuple[str, ...] = ()
    is_said: bool = False


def news(user, since: datetime, clock: DeskClock) -> list[News]:
    """What happened after ``since`` that this person may open, the newest first."""
    found = [
        *new_voices(user, since, clock),
        *written_again(user, since, clock),
        *new_works(user, since, clock),
        *decided(user, since, clock),
        *evaluated(user, since),
        *gone_out(user, since),
        *came_in(user, since),
    ]
    return sorted(found, key=attrgetter("at"), reverse=True)[:MOST]


# --- readers --------------------------------------------------------------------------------------
def new_voices(user, since: datetime, clock: DeskClock) -> Iterator[News]:
    """Voices that came in."""
    rows = Voice.objects.visible_to(user).let_through().select_related("campus")
    rows = rows.filter(received_at__gt=since, received_at__lte=clock.now)
    for voice in rows.order_by("-received_at", "-pk")[:OF_A_KIND]:
        details = [voice.get_kind_display(), voice.get_category_display()]
        if voice.campus is not None:
            details.append(str(voice.campus))
        yield News(
            voice.received_at,
            words.quoted(voice.text),
            voice.get_absolute_url(),
            tuple(details),
            is_said=True,
        )


def written_again(user, since: datetime, clock: DeskClock) -> Iterator[News]:
    """What readers added to a conversation."""
    rows = VoiceMessage.objects.filter(
        voice__in=Voice.objects.visible_to(user),
        from_reader=True,
        state=MessageState.TAKEN,
        at__gt=since,
        at__lte=clock.now,
    )
    for message in rows.select_related("voice").order_by("-at", "-pk")[:OF_A_KIND]:
        details = (words.wrote_again(message.voice),)
        url = message.voice.get_absolute_url()
        yield News(message.at, words.quoted(message.text), url, details, is_said=True)


def new_works(user, since: datetime, clock: DeskClock) -> Iterator[News]:
    """Works that were sent in, without their authors."""
    rows = Submission.objects.visible_to(user).received().select_related("call")
    rows = rows.filter(submitted_at__gt=since, submitted_at__lte=clock.now)
    for work in rows.order_by("-submitted_at", "-pk")[:OF_A_KIND]:
        details = (words.work_title(work.title), str(work.call))
        url = reverse("feedback:work-review", args=[work.pk])
        yield News(work.submitted_at, words.quoted(work.text), url, details, is_said=True)


# --- colleagues and the portal --------------------------------------------------------------------
def decided(user, since: datetime, clock: DeskClock) -> Iterator[News]:
    """What others decided about proposals."""
    visible = Adjustment.objects.visible_to(user)
    rows = Decision.objects.filter(adjustment__in=visible, at__gt=since, at__lte=clock.now)
    rows = rows.exclude(by=user).select_related("by", "adjustment__evaluation__campaign")
    light = rows.defer("adjustment__evaluation__inputs", "adjustment__evaluation__results")
    for decision in light.order_by("-at", "-pk")[:OF_A_KIND]:
        campaign = decision.adjustment.evaluation.campaign
        url = decision.adjustment.get_absolute_url()
        yield News(decision.at, words.decided(decision), url, (str(campaign),))


def evaluated(user, since: datetime) -> Iterator[News]:
    """Reports that were computed."""
    rows = Evaluation.objects.visible_to(user).filter(computed_at__gt=since)
    # Inputs and results are large, and a line of news needs neither.
    light = rows.select_related("campaign").defer("inputs", "results")
    for evaluation in light.order_by("-computed_at", "-pk")[:OF_A_KIND]:
        text = words.evaluated(evaluation.campaign)
        yield News(evaluation.computed_at, text, evaluation.get_absolute_url())


def gone_out(user, since: datetime) -> Iterator[News]:
    """Contents whose last mail has gone."""
    rows = Content.objects.visible_to(user).filter(finished_at__gt=since).select_related("campaign")
    for content in rows.order_by("-finished_at", "-pk")[:OF_A_KIND]:
        details = (str(content.campaign),)
        url = content.get_absolute_url()
        yield News(content.finished_at, words.gone_out(content), url, details)


def came_in(user, since: datetime) -> Iterator[News]:
    """Files that others, or the portal by itself, brought in."""
    rows = ImportBatch.objects.visible_to(user).filter(
        state=ImportBatch.State.DONE, merged_at__gt=since
    )
    for batch in rows.exclude(created_by=user).order_by("-merged_at", "-pk")[:OF_A_KIND]:
        details = tuple(filter(None, [words.refused_rows(batch)]))
        yield News(batch.merged_at, words.came_in(batch), batch.get_absolute_url(), details)
