"""The front page: what became of readers' words, their works, and a way to speak."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone

from feedback.portal import front
from feedback.portal.changes import about_changes, done_for, said_and_done
from feedback.voices.forms import VoiceForm
from feedback.voices.queries import counts_since

#: Voices this young are counted on the front page.
RECENT = timedelta(days=90)


@login_not_required
def home(request):
    """What became of what readers said and wrote, and how to take part. For everybody."""
    now = timezone.now()
    own = front.own_of(request.user, now)
    shown = front.shown_voices()
    calls = front.open_calls(own.draft, now)
    opening = front.opening(own, shown)
    others = front.others(own, shown)
    context = {
        "opening": opening,
        "yours": front.yours(own),
        "invitation": front.invitation(calls, own.draft, now),
        "works": front.works_on_show(),
        "changes": list(map(done_for, others)),
        "about_changes": about_changes(opening, others=bool(others)),
        "recent": said_and_done(counts_since(now - RECENT), timezone.localdate(now)),
        "open": front.also_open(calls, now),
        "form": VoiceForm(),
    }
    return render(request, "feedback/portal/home.html", context)
