"""A work in its line: read and scored, then accepted or not."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from analytics.today import words
from analytics.today.asked import with_own_score, work_item
from analytics.today.items import DeskClock
from analytics.today.views.showing import done, is_closed, line
from core.access import needs
from core.forms import posted, refusal_on, refusal_told
from feedback.calls.actions import decide, review
from feedback.calls.forms import ReviewForm
from feedback.calls.models import Review, Submission

#: What became of a work that waits no more.
DECIDED = {
    Submission.State.ACCEPTED: words.ACCEPTED,
    Submission.State.PUBLISHED: words.ACCEPTED,
    Submission.State.DECLINED: words.DECLINED,
}


def load(request, pk) -> Submission:
    """A work that was sent in, with its call and the own score; 404 for every other one."""
    works = Submission.objects.visible_to(request.user).received()
    return with_own_score(works, request.user).get_or_404(pk)


@needs("calls.review")
def work(request, pk):
    """The line of a work: its whole text with a form for the score, or what was decided."""
    found = load(request, pk)
    mine = Review.objects.filter(submission=found, reviewer=request.user).first()
    form = ReviewForm(posted(request), instance=mine)
    if form.is_valid():
        with refusal_on(form):
            review(work=found, by=request.user, **form.cleaned_data)
            return redirect("analytics:today-work", pk)

    # A note that was typed stays, also where a colleague has decided meanwhile.
    if found.state != Submission.State.SUBMITTED and not form.is_bound:
        return done(request, f"work-{pk}", str(DECIDED[found.state]), page_of(found))
    item = work_item(found, DeskClock(timezone.now()))
    if is_closed(request):
        return line(request, "analytics/today/_item.html", {"item": item})
    return line(request, "analytics/today/_work.html", {"item": item, "work": found}, form)


def page_of(found: Submission) -> str:
    """Where the desk reads a work with the scores of all."""
    return reverse("feedback:work-review", args=[found.pk])


@require_POST
@needs("calls.review")
def work_decide(request, pk):
    """Accept or decline, once: it is declined unless the button "accept" was pressed."""
    found = load(request, pk)
    with refusal_told(request):
        decide(work=found, accept="accept" in request.POST, by=request.user)
    return redirect("analytics:today-work", pk)
