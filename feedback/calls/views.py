"""Calls and works: what readers see and send (portal), and review and publishing (desk)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Avg, Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from crm.readers.queries import reader_for
from feedback.calls.actions import NotAllowed, decide, publish, review, save_work, withdraw
from feedback.calls.forms import CallForm, PublishForm, ReviewForm, WorkForm
from feedback.calls.lists import UNSEEN, ReviewList, WorkList
from feedback.calls.models import Call, Review, Submission

State = Submission.State


@login_not_required
def call_list(request):
    shown = Call.objects.filter(published=True).annotate(
        works=Count("submissions", filter=~Q(submissions__state__in=[State.DRAFT, State.WITHDRAWN]))
    )
    return render(
        request,
        "feedback/calls/call_list.html",
        {"calls": shown, "open": Call.objects.open().count()},
    )


@login_not_required
def call_detail(request, slug):
    call = get_object_or_404(Call, slug=slug, published=True)
    works = call.submissions.on_show().order_by("-published_at")[:6]
    received = call.submissions.exclude(state__in=[State.DRAFT, State.WITHDRAWN]).count()
    return render(
        request,
        "feedback/calls/call_detail.html",
        {"call": call, "works": works, "received": received},
    )


def work_edit(request, slug, pk=None):
    """Write a work for a call: draft as often as wanted, then submit once."""
    call = get_object_or_404(Call, slug=slug, published=True)
    author = reader_for(request.user)
    work = (
        get_object_or_404(Submission, pk=pk, call=call, author=author, state=State.DRAFT)
        if pk
        else None
    )
    initial = {"client_id": work.client_id} if work else {}
    form = WorkForm(request.POST or None, instance=work, initial=initial, longest=call.longest)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_work(
                call=call, author=author, submit="submit" in request.POST, **form.cleaned_data
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Sent in. Thank you!") if saved.state != State.DRAFT else _("Draft saved."),
            )
            return redirect("feedback:work-mine")
    context = {"call": call, "form": form, "work": work}
    return render(
        request, "feedback/calls/work_edit.html", context, status=400 if form.errors else 200
    )


def work_mine(request):
    works = (
        Submission.objects.filter(author__user=request.user)
        .select_related("call")
        .order_by("-updated_at")
    )
    return render(request, "feedback/calls/work_mine.html", {"works": works})


@require_POST
def work_withdraw(request, pk):
    work = get_object_or_404(Submission, pk=pk, author__user=request.user)
    withdraw(work=work, by=request.user)
    messages.success(
        request, _("“%(title)s” is withdrawn and no longer shown.") % {"title": work.title}
    )
    return redirect("feedback:work-mine")


@login_not_required
def work_list(request):
    works = Submission.objects.on_show().select_related("call")
    calls = Call.objects.filter(published=True)
    return WorkList(request, works).render("feedback/calls/work_list.html", calls=calls)


@login_not_required
def work_detail(request, pk):
    """A published work for everybody; an unpublished one only for its author and the staff."""
    work = get_object_or_404(Submission.objects.select_related("call"), pk=pk)
    mine = (
        request.user.is_authenticated
        and Submission.objects.visible_to(request.user).filter(pk=pk).exists()
    )
    if work.state != State.PUBLISHED and not mine:
        raise Http404
    return render(request, "feedback/calls/work_detail.html", {"work": work})


@needs("calls.view")
def call_desk_list(request):
    calls = Call.objects.select_related("campaign").annotate(
        waiting=Count("submissions", filter=Q(submissions__state=State.SUBMITTED)),
        accepted=Count("submissions", filter=Q(submissions__state=State.ACCEPTED)),
        shown=Count("submissions", filter=Q(submissions__state=State.PUBLISHED)),
    )
    return render(request, "feedback/calls/call_desk_list.html", {"calls": calls})


@needs("calls.edit")
def call_edit(request, pk=None):
    call = get_object_or_404(Call, pk=pk) if pk else Call(created_by=request.user)
    form = CallForm(request.POST or None, instance=call)
    if request.method == "POST" and form.is_valid():
        call = form.save()
        messages.success(request, _("Call saved."))
        return redirect("feedback:call-review", call.pk)
    return render(
        request,
        "feedback/calls/call_edit.html",
        {"form": form, "call": call},
        status=400 if form.errors else 200,
    )


@needs("calls.review")
def call_review(request, pk):
    """Works of one call, without their authors, with the scores given so far."""
    call = get_object_or_404(Call, pk=pk)
    works = call.submissions.exclude(state__in=UNSEEN)
    works = works.annotate(mean=Avg("reviews__score"), scores=Count("reviews"))
    return ReviewList(request, works).render("feedback/calls/call_review.html", call=call)


def _desk_work(pk):
    waiting = Submission.objects.exclude(state__in=[State.DRAFT, State.WITHDRAWN]).select_related(
        "call"
    )
    return get_object_or_404(waiting, pk=pk)


@needs("calls.review")
def work_review(request, pk):
    """Read one work without its author and give it a score."""
    work = _desk_work(pk)
    mine = Review.objects.filter(submission=work, reviewer=request.user).first()
    form = ReviewForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        return _attempt(
            request, work, review, score=form.cleaned_data["score"], note=form.cleaned_data["note"]
        )
    context = {
        "work": work,
        "form": form,
        "publish": PublishForm(),
        "reviews": work.reviews.select_related("reviewer"),
    }
    return render(
        request, "feedback/calls/work_review.html", context, status=400 if form.errors else 200
    )


def _attempt(request, work, verb, **arguments):
    try:
        verb(work=work, by=request.user, **arguments)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept."))
    return redirect("feedback:work-review", work.pk)


@require_POST
@needs("calls.review")
def work_decide(request, pk):
    return _attempt(request, _desk_work(pk), decide, accept="accept" in request.POST)


@require_POST
@needs("calls.edit")
def work_publish(request, pk):
    work, form = _desk_work(pk), PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please write a word of thanks: it goes to the author."))
        return redirect("feedback:work-review", work.pk)
    return _attempt(request, work, publish, thanks=form.cleaned_data["thanks"])
