"""The front page: people's works first, then what is on, then a way to speak."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.shortcuts import render
from django.utils import timezone

from feedback.forms.voices import VoiceForm
from feedback.models import Call, Submission, Survey, Voice

State = Submission.State


@login_not_required
def home(request):
    now = timezone.now()
    received = Q(submissions__state__in=[State.SUBMITTED, State.ACCEPTED, State.PUBLISHED, State.DECLINED])
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
    return render(request, "feedback/home.html", context)
