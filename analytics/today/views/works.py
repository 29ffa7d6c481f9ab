"""A work in its line: read and scored, then accepted or not."""

from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.today import words
from analytics.today.asked import with_own_score, work_item
from analytics.today.items import DeskClock
from analytics.today.views.showing import done, is_closed, line
from core.access import needs
from core.forms import posted, refusal_on
from core.refusals import Refused
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
    form = ReviewForm(posted(request), instance=own_review(request, found))
    if form.is_valid():
        with refusal_on(form):
            review(work=found, by=request.user, **form.cleaned_data)
            return redirect("analytics:today-work", pk)
    # A note that was typed stays, also where a colleague has decided meanwhile.
    if form.is_bound:
        return to_review(request, found, form)
    return as_it_stands(request, found)


def own_review(request, found: Submission) -> Review | None:
    """What this reviewer wrote about the work; None for nothing so far."""
    return Review.objects.filter(submission=found, reviewer=request.user).first()


def as_it_stands(request, found: Submission, refusal: str = ""):
    """The line by the state of its work, with the reason why a step was refused."""
    if found.state == Submission.State.SUBMITTED:
        form = ReviewForm(instance=own_review(request, found))
        return to_review(request, found, form, refusal)
    said = str(DECIDED[found.state])
    return done(request, f"work-{found.pk}", said, page_of(found), refusal=refusal)


def to_review(request, found: Submission, form: ReviewForm, refusal: str = ""):
    """The whole text, and a form below it."""
    item = work_item(found, DeskClock(timezone.now()))
    if is_closed(request):
        return line(request, "analytics/today/_item.html", {"item": item})
    context = {
        "item": item,
        "full": found.text,
        "page": page_of(found),
        "page_said": _("All scores"),
        "submit": _("Keep the score"),
    }
    if found.own is not None:
        context["decide"] = reverse("analytics:today-work-decide", args=[found.pk])
    return line(request, "analytics/today/_write.html", context, form, refusal)


def page_of(found: Submission) -> str:
    """Where the desk reads a work with the scores of all."""
    return reverse("feedback:work-review", args=[found.pk])


@require_POST
@needs("calls.review")
def work_decide(request, pk):
    """Accept or decline, once; the line says what came of it, or why it was refused.

    What says neither is a 400, and changes nothing.
    """
    found = load(request, pk)
    if not {"accept", "decline"} & request.POST.keys():
        raise BadRequest
    try:
        decide(work=found, accept="accept" in request.POST, by=request.user)
    except Refused as refusal:
        return as_it_stands(request, load(request, pk), str(refusal))
    return redirect("analytics:today-work", pk)
