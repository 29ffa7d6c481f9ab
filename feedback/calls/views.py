"""Calls and works: what readers see and send (portal), and review and publishing (desk)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from core.refusals import Refused
from crm.letters.views import resend
from crm.readers.queries import reader_for
from crm.receipts.views import once
from crm.staff import screening
from feedback.calls import queries, words
from feedback.calls.actions import (
    decide,
    let_through,
    publish,
    put_aside,
    review,
    save_draft,
    submit_work,
    withdraw,
)
from feedback.calls.forms import CallForm, PublishForm, ReviewForm, WorkForm
from feedback.calls.lists import CallDeskList, CallList, OwnWorkList, ReviewList, WorkList
from feedback.calls.models import Call, Review, Submission

State = Submission.State
#: Works on the page of their call that perhaps programs sent.
MOST_SET_APART = 20


@login_not_required
def call_list(request):
    """All calls on the public pages, closed ones included."""
    listing = CallList(request, queries.with_received(Call.objects.published()))
    for call in listing.page:
        call.received_said = words.works_received(call.received)
    return listing.render("feedback/calls/call_list.html")


@login_not_required
def call_detail(request, slug):
    """What a call looks for, and what came of it so far."""
    call = get_object_or_404(Call.objects.published(), slug=slug)
    context = {
        "call": call,
        "works": call.submissions.on_show().order_by("-published_at")[:6],
        "when": words.when_open(call),
        "received": words.works_received(queries.received_count(call)),
    }
    return render(request, "feedback/calls/call_detail.html", context)


def work_edit(request, slug, pk=None):
    """Write a work for a call: draft as often as wanted, then submit once."""
    call = get_object_or_404(Call.objects.published(), slug=slug)
    work, initial = _draft(request, call, pk)
    try:
        author = reader_for(request.user)
    except Refused as refusal:
        messages.info(request, str(refusal))
        return redirect("crm:me")

    form = WorkForm(posted(request), instance=work, initial=initial, longest=call.longest)
    if form.is_valid():
        is_kept = _save(request, call, author, form)
        if is_kept:
            return redirect("feedback:work-mine")

    context = {"call": call, "form": form, "work": work}
    return render(request, "feedback/calls/work_edit.html", context, status=status_of(form))


def _draft(request, call: Call, pk: int | None) -> tuple[Submission | None, dict]:
    """The stored draft and what its form begins with; nothing of either for a new work.

    404 for a draft that is another's, of another call, or sent in already.
    """
    if not pk:
        return None, {}
    drafts = Submission.objects.written_by(request.user).filter(call=call, state=State.DRAFT)
    work = get_object_or_404(drafts, pk=pk)
    # Opened again it keeps its id, or it would be saved as a second work.
    return work, {"client_id": work.client_id}


def _save(request, call: Call, author, form: WorkForm) -> bool:
    """Save what the form holds and send it in where that was asked for.

    False when refused, with the reason on the form; a draft is kept even then.
    """
    written = {name: form.cleaned_data[name] for name in WorkForm.WRITTEN}
    agreed = form.cleaned_data["agreed"]
    with refusal_on(form):
        work = save_draft(call=call, author=author, by=request.user, **written)
        if "submit" in request.POST:
            suspected = screening.suspicion_of(request, screening.WORKS, form.trapped)
            work = submit_work(work=work, agreed=agreed, suspected=suspected, by=request.user)
    if form.errors:
        return False

    if work.state == State.HELD:
        messages.info(request, words.work_waits())
    elif work.state != State.DRAFT:
        messages.success(request, _("Sent in. Thank you!"))
    elif call.is_open():
        messages.success(request, _("Draft saved."))
    else:
        messages.warning(request, words.draft_is_kept(call))
    return True


def work_mine(request):
    """Drafts and works of the reader who looks; an empty list for an account of no reader."""
    works = Submission.objects.written_by(request.user).select_related("call")
    return OwnWorkList(request, works).render("feedback/calls/work_mine.html")


@require_POST
def work_withdraw(request, pk):
    """Only one's own: whoever else asks is told that there is no such work."""
    work = get_object_or_404(Submission.objects.written_by(request.user), pk=pk)
    withdraw(work=work, by=request.user)
    said = _("“%(title)s” is withdrawn and no longer shown.") % {"title": work.title}
    messages.success(request, said)
    return redirect("feedback:work-mine")


@login_not_required
def work_list(request):
    """The gallery, of all calls or of one."""
    works = Submission.objects.on_show().select_related("call")
    calls = Call.objects.published()
    return WorkList(request, works).render("feedback/calls/work_list.html", calls=calls)


@login_not_required
def work_detail(request, pk):
    """A published work for everybody; an unpublished one for its author alone."""
    works = Submission.objects.readable_by(request.user).select_related("call")
    work = get_object_or_404(works, pk=pk)
    return render(request, "feedback/calls/work_detail.html", {"work": work})


@needs("calls.view")
def call_desk_list(request):
    """Calls with their works by state."""
    calls = Call.objects.visible_to(request.user).select_related("campaign")
    calls = queries.with_works_by_state(calls)
    return CallDeskList(request, calls).render("feedback/calls/call_desk_list.html")


@needs("calls.edit")
@once
def call_edit(request, pk=None):
    """Write a call (no key) or change one."""
    if pk:
        call = Call.objects.visible_to(request.user).get_or_404(pk)
    else:
        call = Call(created_by=request.user)

    form = CallForm(posted(request), instance=call)
    if form.is_valid():
        call = form.save()
        messages.success(request, _("Call saved."))
        return redirect("feedback:call-review", call.pk)

    context = {"form": form, "call": call}
    return render(request, "feedback/calls/call_edit.html", context, status=status_of(form))


@needs("calls.review")
def call_review(request, pk):
    """Works of one call, without their authors, with the scores given so far."""
    call = Call.objects.visible_to(request.user).get_or_404(pk)
    works = queries.with_scores(call.submissions.received())
    # Those that wait come before those that were put aside, and both oldest first.
    set_apart = call.submissions.set_apart().order_by("-state", "held_at", "pk")
    context = {"call": call, "set_apart": words.set_apart_in_words(set_apart[:MOST_SET_APART])}
    return ReviewList(request, works).render("feedback/calls/call_review.html", **context)


@require_POST
@needs("calls.review")
def work_screen(request, pk):
    """Let a held work through to the reviewers, or put it aside. What says neither is a 400."""
    work = Submission.objects.visible_to(request.user).set_apart().get_or_404(pk)
    if "aside" in request.POST:
        put_aside(work=work, by=request.user)
        messages.success(request, _("Put aside."))
    elif "let_through" in request.POST:
        let_through(work=work, by=request.user)
        messages.success(request, _("Let through."))
    else:
        raise BadRequest
    return redirect("feedback:call-review", work.call_id)


def _load_received(request, pk) -> Submission:
    """A work for the desk with call and letter: what is not sent in yet, or
    taken back, is a 404.
    """
    works = Submission.objects.visible_to(request.user).received().select_related("call", "letter")
    return works.get_or_404(pk)


@needs("calls.review")
def work_review(request, pk):
    """Read one work without its author and give it a score."""
    work = _load_received(request, pk)
    mine = Review.objects.filter(submission=work, reviewer=request.user).first()
    form = ReviewForm(posted(request), instance=mine)
    if form.is_valid():
        return _attempt(request, work, review, **form.cleaned_data)

    context = {
        "work": work,
        "form": form,
        "publish": PublishForm(),
        "reviews": work.reviews.select_related("reviewer"),
    }
    return render(request, "feedback/calls/work_review.html", context, status=status_of(form))


def _attempt(request, work, verb, **arguments):
    """Take one step with a work and say on its page what came of it: the refusal, or that it is
    kept.
    """
    with refusal_told(request):
        verb(work=work, by=request.user, **arguments)
        messages.success(request, _("Kept."))
    return redirect("feedback:work-review", work.pk)


@require_POST
@needs("calls.review")
def work_decide(request, pk):
    """Accept or decline, once. What says neither is a 400."""
    work = _load_received(request, pk)
    if not {"accept", "decline"} & request.POST.keys():
        raise BadRequest
    return _attempt(request, work, decide, accept="accept" in request.POST)


@require_POST
@needs("calls.edit")
def work_resend(request, pk):
    """Send the letter of thanks again; 404 for a work that has none."""
    work = _load_received(request, pk)
    if work.letter is None:
        raise Http404
    resend(request, work.letter)
    return redirect("feedback:work-review", work.pk)


@require_POST
@needs("calls.edit")
def work_publish(request, pk):
    """Put an accepted work on show with a word of thanks, without which nothing is done."""
    work = _load_received(request, pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please write a word of thanks: it goes to the author."))
        return redirect("feedback:work-review", work.pk)
    return _attempt(request, work, publish, thanks=form.cleaned_data["thanks"])
