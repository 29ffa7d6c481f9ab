"""The retention clock: how long each kind of data is kept, and what the next night removes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.forms import posted, status_of
from core.terms import Term, registered, waiting
from crm.clock.actions import set_term
from crm.clock.terms_in_force import days_of
from crm.privacy.clock import clock_rows, due_under
from crm.privacy.forms import TermForm
from crm.privacy.models import Departure


@require_GET
@needs("privacy.keep")
def clock(request):
    """Every kind of data with its term, a preview of the next night, and the last one."""
    context = {
        "rows": clock_rows(request.user),
        "waiting": list(waiting()),
        "is_stuck": Departure.objects.stuck().exists(),
    }
    return render(request, "crm/privacy/clock.html", context)


@needs("privacy.keep")
def clock_term(request, code):
    """Another number of days for one kind: first what they would take, then for good."""
    term = _term_or_404(code)
    form = TermForm(posted(request), term=term, initial={"days": days_of(term)})
    due = None
    if form.is_valid() and not form.is_seen:
        due = due_under(term, form.cleaned_data["days"], request.user)
        form.with_days_seen()
    elif form.is_valid():
        set_term(term=term, days=form.cleaned_data["days"], by=request.user)
        messages.success(request, _("It holds from the next night on."))
        return redirect("crm:privacy-clock")

    context = {"form": form, "term": term, "days": days_of(term), "due": due}
    return render(request, "crm/privacy/clock_term.html", context, status=status_of(form))


def _term_or_404(code: str) -> Term:
    """The term of that name whose days may be chosen."""
    for term in registered():
        if term.code == code and term.least < term.most:
            return term
    raise Http404
