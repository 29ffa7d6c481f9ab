"""The front page: what became of readers' words, their works, and a way to speak."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone

from core.access import needs
from crm.readers.looks import look_at_one
from crm.readers.models import Reader
from crm.readers.reasons import reason_for
from feedback.calls.models import Submission
from feedback.portal import front
from feedback.portal.words import said_and_done
from feedback.surveys.models import Response
from feedback.voices.forms import VoiceForm
from feedback.voices.models import Voice
from feedback.voices.queries import counts_since

#: Voices this young are counted on the front page.
RECENT = timedelta(days=90)
#: Rows of each kind on the panel of one reader.
SHOWN = 20


@login_not_required
def home(request):
    """What became of what readers said and wrote, and how to take part. For everybody."""
    now = timezone.now()
    own = front.own_of(request.user, now)
    shown = front.shown_voices()
    calls = front.open_calls(own.draft, now)
    context = {
        "opening": front.opening(own, shown),
        "yours": front.yours(own),
        "invitation": front.invitation(calls, own.draft, now),
        "works": front.works_on_show(),
        "voices": front.others(own, shown),
        "recent": said_and_done(counts_since(now - RECENT), timezone.localdate(now)),
        "open": front.also_open(calls, now),
        "form": VoiceForm(),
    }
    return render(request, "feedback/portal/home.html", context)


@needs("readers.view")
def reader_panel(request, pk):
    """Fragment for the person page.

    That they answered (never what, never anonymous surveys), voices and works.
    """
    reader = Reader.objects.visible_to(request.user).get_or_404(pk)
    look_at_one(reader, by=request.user, reason=reason_for(request, reader))
    responses = Response.objects.filter(reader=reader, survey__anonymous=False)
    voices = Voice.objects.visible_to(request.user).filter(reader=reader)
    # A work still being judged would tell its reviewers who wrote it.
    unseen = [Submission.State.DRAFT, Submission.State.HELD, Submission.State.SUBMITTED]
    works = Submission.objects.visible_to(request.user).filter(author=reader)
    works = works.exclude(state__in=unseen)
    context = {
        "responses": responses.select_related("survey").order_by("-submitted_at")[:SHOWN],
        "voices": voices.order_by("-received_at")[:SHOWN],
        "works": works.order_by("-submitted_at", "-pk")[:SHOWN],
    }
    return render(request, "feedback/portal/_reader_panel.html", context)
