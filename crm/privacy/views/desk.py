"""On the desk: corrections that wait, and erasing on request."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.forms import posted, refusal_on, status_of
from crm.privacy import actions, own
from crm.privacy.forms import ChildForm, DecisionForm, EraseForm
from crm.privacy.letters import ChildNamed, GuardianWord, refuse_known_address
from crm.privacy.models import Correction
from crm.readers.looks import look_at_many, look_at_one
from crm.readers.models import LookPlace, LookReason, Reader
from crm.readers.queries import twins_within_reach

#: Decided corrections on the page, beside all that wait.
DECIDED_SHOWN = 20


@require_GET
@needs("readers.edit")
def correction_list(request):
    """What readers say is wrong, the oldest first; and what was decided lately."""
    mine = Correction.objects.visible_to(request.user).select_related("reader", "decided_by")
    decided = mine.filter(decided_at__isnull=False).order_by("-decided_at")
    context = {"waiting": mine.waiting(), "decided": decided[:DECIDED_SHOWN]}
    named = set(map(attrgetter("reader_id"), [*context["waiting"], *context["decided"]]))
    look_at_many(named, by=request.user, place=LookPlace.LIST)
    return render(request, "crm/privacy/correction_list.html", context)


@needs("readers.edit")
def correction_detail(request, pk):
    """One correction: what stands there, what should, and the decision."""
    mine = Correction.objects.visible_to(request.user).select_related("reader")
    correction = mine.get_or_404(pk)
    look_at_one(correction.reader, by=request.user, reason=LookReason.CORRECTION)
    form = DecisionForm(posted(request))
    if form.is_valid() and _decided(form, correction, request.user):
        messages.success(request, _("Decided. The reader sees it on their page."))
        return redirect("crm:correction-list")

    stands = getattr(correction.reader, correction.field, "")
    context = {"correction": correction, "form": form, "stands": own.in_words(stands)}
    return render(request, "crm/privacy/correction_detail.html", context, status=status_of(form))


def _decided(form: DecisionForm, correction: Correction, by) -> bool:
    """False with the reason on the form."""
    said = form.cleaned_data
    with refusal_on(form):
        actions.decide_correction(
            correction=correction, granted=said["granted"] == "yes", answer=said["answer"], by=by
        )
    return not form.errors


@needs("readers.edit")
def reader_child(request):
    """An account for somebody under fourteen whose guardian agrees at the desk.

    Leads to the new reader's page; 400 with the reason where it is refused.
    """
    form = ChildForm(posted(request), initial={"day": timezone.localdate()})
    if form.is_valid():
        reader = _opened_for_child(form, request.user)
        if reader is not None:
            said = _("The account is open. The link to choose a password is on its way.")
            messages.success(request, said)
            return redirect(reader)
    return render(request, "crm/privacy/reader_child.html", {"form": form}, status=status_of(form))


def _opened_for_child(form: ChildForm, by) -> Reader | None:
    """None with the reason on the form."""
    given = form.cleaned_data
    relation = dict(form.fields["relation"].choices)[given["relation"]]
    said = GuardianWord(given["guardian"], relation, given["day"], given["purposes"])
    with refusal_on(form, "email"):
        child = ChildNamed(given["name"], given["email"])
        refuse_known_address(child.email, by=by)
        return actions.open_for_child(child=child, said=said, by=by)
    return None


@needs("readers.erase")
def reader_erase(request, pk):
    """Erase somebody who asked for it: what goes and what stays is said before."""
    reader = Reader.objects.visible_to(request.user).get_or_404(pk)
    look_at_one(reader, by=request.user, reason=LookReason.ENQUIRY)
    form = EraseForm(posted(request), reader=reader)
    if form.is_valid():
        actions.erase(reader=reader, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Erased."))
        return redirect("crm:reader-list")

    goes, stays = own.of_erasing(reader)
    context = {
        "form": form,
        "reader": reader,
        "goes": goes,
        "stays": stays,
        "twins": len(twins_within_reach(reader, by=request.user)),
    }
    return render(request, "crm/privacy/reader_erase.html", context, status=status_of(form))
