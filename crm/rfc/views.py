"""The map of recency and frequency, and the page of its brackets."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import posted, refusal_on, status_of
from crm.readers.looks import look_at_one
from crm.readers.models import Reader
from crm.readers.reasons import reason_for
from crm.rfc.actions import request_measuring, set_brackets
from crm.rfc.figures import map_for
from crm.rfc.forms import BracketsForm, ScoreMapForm
from crm.rfc.placing import not_yet_computed, place_of
from crm.rfc.queries import brackets_in_force, last_run
from crm.rfc.recorded import unrecorded
from crm.rfc.words import counted_in_words, given_in_words, used_in_words


@needs("segments.view")
def score_map(request):
    """Readers by recency and frequency, each cell a way to the list of those in it; before the
    first run a page that says so.
    """
    run = last_run()
    if run is None:
        return render(request, "crm/rfc/score_map.html", {"run": None})

    form = ScoreMapForm(request.GET, edges=run)
    contribution = form.asked()
    found = map_for(request.user, run, contribution)
    context = {
        "run": run,
        "form": form,
        "contribution": contribution,
        "map": found,
        "counted": counted_in_words(found.total, run),
        "not_yet": not_yet_computed(run),
        "unrecorded": unrecorded(run),
        "used": used_in_words(),
        "given": given_in_words(),
        "is_outdated": run.as_dict != brackets_in_force().as_dict,
    }
    return render(request, "crm/rfc/score_map.html", context)


@needs("settings.edit")
def score_brackets(request):
    """The edges between the brackets, and others in their place; a refusal is said in the form.
    After a change the readers are placed anew in the background, and until then the map says so.
    """
    brackets = brackets_in_force()
    form = BracketsForm(posted(request), edges=brackets)
    if form.is_valid():
        with refusal_on(form):
            set_brackets(**form.values(), by=request.user)
        if not form.errors:
            messages.success(request, _("Kept. The readers are placed anew in the background."))
            return redirect("crm:score-map")

    context = {"form": form, "brackets": brackets, "run": last_run()}
    return render(request, "crm/rfc/score_brackets.html", context, status=status_of(form))


@require_POST
@needs("segments.edit")
def score_measure(request):
    """Measure all readers in the background, without waiting for the night; then back to the map,
    which still shows the run before.
    """
    request_measuring(by=request.user)
    messages.success(request, _("The readers are measured in the background."))
    return redirect("crm:score-map")


@needs("readers.view")
def reader_score(request, pk):
    """Fragment for the person page: the reader's brackets, or why there are none."""
    reader = Reader.objects.visible_to(request.user).select_related("score").get_or_404(pk)
    look_at_one(reader, by=request.user, reason=reason_for(request, reader))
    context = {"place": place_of(reader, last_run())}
    return render(request, "crm/rfc/_reader_score.html", context)
