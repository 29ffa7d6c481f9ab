"""The front page: people's works first, then what is on, then a way to speak."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.access import needs
from crm.readers.models import Reader
from feedback.calls.models import Call, Submission
from feedback.surveys.models import Response, Survey
from feedback.voices.forms import VoiceForm
from feedback.voices.models import Voice

State = Submission.State


@login_not_required
def home(request):
    now = timezone.now()
    received = Q(
        submissions__state__in=[State.SUBMITTED, State.ACCEPTED, State.PUBLISHED, State.DECLINED]
    )
    works = list(Submission.objects.on_show().select_related("call").order_by("-published_at")[:7])
    recent = Voice.objects.filter(received_at__gte=now - timedelta(days=90)).aggregate(
        said=Count("pk"), answered=Count("answered_at"), done=Count("pk", filter=~Q(done=""))
    )
    calls = Call.objects.open(now).annotate(received=Count("submissions", filter=received))
    context = {
        "first": works[0] if works else None,
        "works": works[1:],
        "calls": calls.order_by("closes_at")[:4],
        "surveys": Survey.objects.open(now).filter(by_invitation=False, audience__isnull=True)[:3],
        "voices": Voice.objects.filter(shown=True).exclude(done="").order_by("-answered_at")[:5],
        "recent": recent,
        "now": now,
        "form": VoiceForm(),
    }
    return render(request, "feedback/portal/home.html", context)


SHOWN = 20


@needs("readers.view")
def reader_panel(request, pk):
    """Fragment for the person page.

    That they answered (never what, never anonymous surveys), voices and works.
    """
    reader = get_object_or_404(Reader.objects.visible_to(request.user), pk=pk)
    responses = Response.objects.filter(reader=reader, survey__anonymous=False).select_related(
        "survey"
    )
    # A work still being judged would tell its reviewers who wrote it.
    unseen = [Submission.State.DRAFT, Submission.State.SUBMITTED]
    works = (
        Submission.objects.visible_to(request.user).filter(author=reader).exclude(state__in=unseen)
    )
    context = {
        "responses": responses.order_by("-submitted_at")[:SHOWN],
        "voices": Voice.objects.visible_to(request.user)
        .filter(reader=reader)
        .order_by("-received_at")[:SHOWN],
        "works": works.order_by("-submitted_at", "-pk")[:SHOWN],
    }
    return render(request, "feedback/portal/_reader_panel.html", context)
