"""What the desk's first page lists.

Each entry a number with a place to go. One statement per entry, over the rows that this person may
see: whoever follows a number finds as many there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop.models import Adjustment, Evaluation
from analytics.published.beside import look_of_now
from campaigns.contents.models import Content
from campaigns.links.models import MissedClicks
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from core import disks
from core.disclosure import Count
from core.localised import listed
from crm.jobs.models import Job
from crm.letters.models import Letter, LetterQuerySet
from crm.privacy.models import Correction, Departure
from crm.readers.models import Reader
from crm.readers.queries import leaving
from crm.sources.board import board_on
from crm.sources.words import files_awaited
from feedback.calls.models import Submission
from feedback.voices.models import Voice

#: How far back "what changed" looks.
RECENT = timedelta(days=7)
MOST = 5
#: Phases before a campaign goes live.
PLANNED = [Campaign.Phase.PREPARE, Campaign.Phase.STRATEGY, Campaign.Phase.TACTICS]


@dataclass(frozen=True)
class DeskEntry:
    """``n`` things at ``url``; without ``n`` what ``text`` alone says.

    Voices, works and mails are each one person's, so these are a Count.
    """

    n: Count | int | None
    text: str
    url: str
    detail: str = ""


def waiting(user) -> list[DeskEntry]:
    """What waits for somebody with this person's rights.

    Nothing is listed that waits for nobody.
    """
    return [
        *_voices(user),
        *_held_voices(user),
        *_corrections(user),
        *_departures(user),
        *_works(user),
        *_decisions(user),
        *_planned_campaigns(user),
    ]


def in_the_menu(user) -> dict[str, Count]:
    """{key of the menu's entry: how many wait there}; entries of which none waits are left out."""
    voices = Voice.objects.visible_to(user)
    waiting = {
        "voices": (voices.waiting() | voices.held()).count(),
        "corrections": _open_corrections(user).count(),
        "readers": _leaving(user).count(),
    }
    # Exact, as the numbers on the first page: each of them can be opened.
    return {key: Count.exact(n) for key, n in waiting.items() if n}


def _counted(n: int, text: str, url: str) -> Iterator[DeskEntry]:
    """One entry for ``n`` rows; nothing for none.

    It says exactly how many there are: whoever sees the number may open each of them.
    """
    if n:
        yield DeskEntry(Count.exact(n), text, url)


def _voices(user) -> Iterator[DeskEntry]:
    """Voices that nobody has answered yet."""
    voices = Voice.objects.visible_to(user).waiting().count()
    text = ngettext("voice without an answer", "voices without an answer", voices)
    yield from _counted(voices, text, reverse("feedback:voice-list"))


def _held_voices(user) -> Iterator[DeskEntry]:
    """Voices to be looked at first, themselves or for what was written to them later."""
    held = Voice.objects.visible_to(user).held().count()
    text = ngettext("voice to look at first", "voices to look at first", held)
    url = f"{reverse('feedback:voice-list')}?state={Voice.State.HELD}"
    yield from _counted(held, text, url)


def _corrections(user) -> Iterator[DeskEntry]:
    """Corrections that this person may decide about."""
    asked = _open_corrections(user).count()
    text = ngettext("correction asked for", "corrections asked for", asked)
    yield from _counted(asked, text, reverse("crm:correction-list"))


def _open_corrections(user) -> models.QuerySet:
    """Those that this person may decide about."""
    if not user.can("readers.edit"):
        return Correction.objects.none()
    return Correction.objects.visible_to(user).waiting()


def _departures(user) -> Iterator[DeskEntry]:
    """Nobody has to do anything: whoever still holds their books knows until when."""
    told = _leaving(user).aggregate(n=models.Count("pk"), first=models.Min("departure__due_at"))
    if not told["n"]:
        return
    text = ngettext("reader asked to leave", "readers asked to leave", told["n"])
    day = date_format(timezone.localtime(told["first"]), "DATE_FORMAT")
    detail = _("Erased by themselves, the first on %(day)s") % {"day": day}
    url = f"{reverse('crm:reader-list')}?leaving=on"
    yield DeskEntry(Count.exact(told["n"]), text, url, detail)


def _leaving(user) -> models.QuerySet:
    """Those who asked to be erased, of the readers that this person may open; none without that
    right.
    """
    if not user.can("readers.view"):
        return Reader.objects.none()
    return leaving(Reader.objects.visible_to(user))


def _works(user) -> Iterator[DeskEntry]:
    """Works that were submitted and not reviewed."""
    submitted = Submission.objects.visible_to(user).filter(state=Submission.State.SUBMITTED)
    works = submitted.count()
    text = ngettext("work to review", "works to review", works)
    yield from _counted(works, text, reverse("feedback:call-desk-list"))


def _decisions(user) -> Iterator[DeskEntry]:
    """Proposals of the loop that wait; nothing where none does."""
    decisions = Adjustment.objects.visible_to(user).waiting().count()
    if not decisions:
        return
    text = ngettext("proposal to decide", "proposals to decide", decisions)
    url = f"{reverse('analytics:decision-list')}?state={Adjustment.State.PROPOSED}"
    detail = ""
    # Who may not decide reads them all the same, and knows whom to ask.
    if not user.can("decisions.make"):
        detail = _("for a manager")
    yield DeskEntry(decisions, text, url, detail)


def _planned_campaigns(user) -> Iterator[DeskEntry]:
    """Campaigns that can move: planned ones by phase."""
    planned = Campaign.objects.visible_to(user).filter(phase__in=PLANNED)
    for campaign in planned.order_by("starts_on", "pk")[:MOST]:
        phase = campaign.get_phase_display()
        yield DeskEntry(None, campaign.title, campaign.get_absolute_url(), phase)


def late(user, now: datetime) -> list[DeskEntry]:
    """What should have happened already."""
    return [
        *_full_disks(),
        *_missed_clicks(now),
        *_missing_files(user, now),
        *_stuck_departures(user),
        *_broken_publications(user),
        *_overdue_voices(user, now),
        *_troubled_letters(user),
        *_unknown_deliveries(user),
        *_unevaluated_campaigns(user, now),
        *_failed_jobs(user, now),
    ]


def _full_disks() -> Iterator[DeskEntry]:
    """Folders of this machine that can take nothing more, whoever looks."""
    said = {
        "journals": _("The disk of the journals is full: no mail goes out, no click is counted"),
        "media": _("The disk of uploaded files is full: no upload is taken in"),
    }
    for name, folder in disks.folders().items():
        if not disks.has_room(folder):
            yield DeskEntry(None, said[name], reverse("analytics:today"), str(folder.name))
    yield from _full_database()


def _full_database() -> Iterator[DeskEntry]:
    """Its own disk, of which we know only what it refused to write."""
    full_at = disks.database_full_at()
    if full_at is None:
        return
    at = date_format(timezone.localtime(full_at), "DATETIME_FORMAT")
    text = _("The disk of the database was full: what was written then was not kept")
    yield DeskEntry(None, text, reverse("analytics:today"), at)


def _missed_clicks(now: datetime) -> Iterator[DeskEntry]:
    """Clicks that were followed and are in no figure."""
    since = timezone.localdate(now) - RECENT
    missed = MissedClicks.objects.filter(day__gt=since).aggregate(n=models.Sum("n"))["n"]
    if not missed:
        return
    text = ngettext(
        "click was not counted this week: the disk was full",
        "clicks were not counted this week: the disk was full",
        missed,
    )
    yield DeskEntry(missed, text, reverse("campaigns:link-list"))


def _missing_files(user, now: datetime) -> Iterator[DeskEntry]:
    """Files of gates, loans and their like that did not come, for those who bring them in.

    One entry with the number of all, and the names of ``MOST`` at most.
    """
    if not user.can("readers.import"):
        return
    board = board_on(timezone.localdate(now))
    if not board.late:
        return
    text = ngettext("file has not come", "files have not come", board.late)
    late = [file.what for file in files_awaited(board) if file.is_late]
    yield DeskEntry(board.late, text, reverse("crm:coverage"), listed(late[:MOST]))


def _stuck_departures(user) -> Iterator[DeskEntry]:
    """That somebody is here still who should be gone; not who, nor how many."""
    if user.can("privacy.keep") and Departure.objects.stuck().exists():
        text = _("Somebody who asked to be erased could not be erased")
        detail = _("It is tried again every hour; the log says what failed.")
        yield DeskEntry(None, text, reverse("crm:privacy-clock"), detail)


def _broken_publications(user) -> Iterator[DeskEntry]:
    """For those who decide by these figures."""
    if not user.can("decisions.make"):
        return
    last = look_of_now()
    if last is None or last.holds:
        return
    text = ngettext(
        "published figure is not what it was",
        "published figures are not what they were",
        len(last.breaks),
    )
    yield DeskEntry(len(last.breaks), text, reverse("analytics:published"))


def _overdue_voices(user, now: datetime) -> Iterator[DeskEntry]:
    """Voices whose time to be answered is over."""
    overdue = Voice.objects.visible_to(user).late(now).count()
    text = ngettext("voice is past its time", "voices are past their time", overdue)
    yield from _counted(overdue, text, f"{reverse('feedback:voice-list')}?late=on")


def _troubled_letters(user) -> Iterator[DeskEntry]:
    """Single letters that need a person: nobody mails them, or they failed, or are in doubt."""
    if not user.can("letters.view"):
        return
    letters = Letter.objects.visible_to(user)
    troubled = letters.filter(state__in=Letter.RESENDABLE)
    counted = troubled.aggregate(
        failed=_letters(Q(state=Letter.State.FAILED)),
        in_doubt=_letters(Q(state=Letter.State.UNKNOWN)),
    )
    failed = counted["failed"]
    in_doubt = counted["in_doubt"]
    late = letters.late().count()
    url = reverse("crm:letter-list")

    # Exact: whoever sees the numbers may open each of these letters.
    if late:
        text = ngettext("letter waits too long", "letters wait too long", late)
        yield DeskEntry(Count.exact(late), text, f"{url}?late=on", _why_late(letters))
    text = ngettext("letter was not mailed", "letters were not mailed", failed)
    yield from _counted(failed, text, f"{url}?state={Letter.State.FAILED}")
    text = ngettext("letter may have gone", "letters may have gone", in_doubt)
    yield from _counted(in_doubt, text, f"{url}?state={Letter.State.UNKNOWN}")


def _letters(condition: Q) -> models.Count:
    """How many letters the condition is true of, for ``aggregate``."""
    return models.Count("pk", filter=condition)


def _why_late(letters: LetterQuerySet) -> str:
    """That no worker runs, or what the mail server or our own disk last said."""
    if letters.stalled().exists():
        return _("No worker seems to run.")
    tried = letters.late().exclude(reason="").order_by("-due_at").first()
    if tried is None:
        return ""
    return tried.reason_in_words


def _unknown_deliveries(user) -> Iterator[DeskEntry]:
    """Contents with mails of which neither journal nor row says whether they have gone."""
    contents = Content.objects.visible_to(user).filter(deliveries__state=Delivery.State.UNKNOWN)
    counted = contents.annotate(n=models.Count("deliveries")).order_by("pk")
    for content in counted[:MOST]:
        count = Count.of(content.n)
        if user.campus_id:
            # They could take off those to readers of their own.
            count, text = None, _("Some mails may or may not have gone")
        elif count.is_withheld:
            count, text = None, _("A few mails may or may not have gone")
        else:
            text = _("mails may or may not have gone")
        yield DeskEntry(count, text, content.get_absolute_url(), str(content))


def _unevaluated_campaigns(user, now: datetime) -> Iterator[DeskEntry]:
    """Campaigns that have ended and were never evaluated, ``MOST`` at most, each with its own
    entry.
    """
    ended = Campaign.objects.visible_to(user).ended(timezone.localdate(now))
    text = _("campaign is over and not evaluated yet")
    for campaign in ended.filter(evaluations__isnull=True)[:MOST]:
        yield DeskEntry(1, text, campaign.get_absolute_url(), str(campaign))


def _failed_jobs(user, now: datetime) -> Iterator[DeskEntry]:
    jobs = Job.objects.visible_to(user).filter(state=Job.State.FAILED)
    failed = jobs.filter(finished_at__gte=now - RECENT).count()
    if not failed:
        return
    text = ngettext("job failed this week", "jobs failed this week", failed)
    yield DeskEntry(failed, text, f"{reverse('crm:job-list')}?state={Job.State.FAILED}")


@dataclass(frozen=True)
class News:
    at: datetime
    text: str
    url: str
    detail: str = ""


def news(user, now: datetime) -> list[News]:
    """The newest of what readers said and made and of what was computed, newest first.

    A week's, and of each kind no more than ``MOST``.
    """
    since = now - RECENT
    found = [
        *_new_voices(user, since, now),
        *_new_works(user, since, now),
        *_new_evaluations(user, since),
    ]
    newest_first = sorted(found, key=attrgetter("at"), reverse=True)
    return newest_first[: 2 * MOST]


def _new_voices(user, since: datetime, now: datetime) -> Iterator[News]:
    """Voices received between two moments, both included; the newest ``MOST`` of them."""
    voices = Voice.objects.visible_to(user).let_through()
    voices = voices.filter(received_at__gte=since, received_at__lte=now)
    for voice in voices[:MOST]:
        kind = str(voice.get_kind_display())
        yield News(voice.received_at, kind, voice.get_absolute_url(), voice.reference)


def _new_works(user, since: datetime, now: datetime) -> Iterator[News]:
    """Works sent in between two moments, both included; the newest ``MOST`` of them."""
    works = Submission.objects.visible_to(user).filter(
        submitted_at__gte=since, submitted_at__lte=now
    )
    for work in works.order_by("-submitted_at")[:MOST]:
        url = reverse("feedback:work-review", args=[work.pk])
        yield News(work.submitted_at, _("A work came in"), url, work.title)


def _new_evaluations(user, since: datetime) -> Iterator[News]:
    evaluations = Evaluation.objects.visible_to(user).filter(computed_at__gte=since)
    # Inputs and results are large, and a line of news needs neither.
    light = evaluations.select_related("campaign").defer("inputs", "results")
    for evaluation in light[:MOST]:
        yield News(
            evaluation.computed_at,
            _("Evaluated"),
            evaluation.get_absolute_url(),
            str(evaluation.campaign),
        )
