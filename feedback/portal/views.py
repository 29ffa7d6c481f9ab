"""The front page: people's works first, then what is on, then a way to speak."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone

from feedback.calls.models import Call, Submission
from feedback.calls.queries import with_received
from feedback.portal.words import said_and_done
from feedback.surveys.models import Survey
from feedback.voices.forms import VoiceForm
from feedback.voices.models import Voice
from feedback.voices.queries import counts_since

#: Voices this young are counted on the front page.
RECENT = timedelta(days=90)
#: Works on the front page beside the first one.
MORE_WORKS = 3


@login_not_required
def home(request):
    """What the library offers readers today: works, open calls and surveys, and what became of
    voices. For everybody.
    """
    now = timezone.now()
    newest = Submission.objects.on_show().select_related("call").order_by("-published_at")
    works = list(newest[: 1 + MORE_WORKS])
    calls = with_received(Call.objects.open(now))
    context = {
        "first": next(iter(works), None),
        "works": works[1:],
        "calls": calls.order_by("closes_at")[:4],
        "surveys": Survey.objects.open_to_everybody(now)[:3],
        "voices": Voice.objects.on_show().order_by("-answered_at")[:5],
        "recent": said_and_done(counts_since(now - RECENT), timezone.localdate(now)),
        "form": VoiceForm(),
    }
    return render(request, "feedback/portal/home.html", context)
