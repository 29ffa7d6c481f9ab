"""Counts: the door of their files, the list of those that hold, and their correction."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.exporting import csv_file
from core.forms import posted, refusal_told, status_of
from core.numbers import number
from crm.imports.models import ImportBatch
from crm.imports.strip import strip_for
from crm.imports.views import ImportDoor
from crm.imports.words import mapped_before
from crm.receipts.views import once
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.tallies import actions as verbs
from crm.tallies.forms import CountMapForm, TallyForm, suggested
from crm.tallies.kinds import COUNTS
from crm.tallies.lists import TallyList
from crm.tallies.loading import CountPreview, number_shown, told_by_file
from crm.tallies.queries import tallies_for
from crm.tallies.small import hidden_beside_small
from crm.tallies.words import remarks_of, remarks_on, shown


# --- the door of files of counts ------------------------------------------------------------------
def take(batch: ImportBatch, form: CountMapForm, by: User) -> None:
    """The verb behind the form of the columns: keep what was said of them. Raises Refused and
    Unreadable, as ``map_counts`` does.
    """
    verbs.map_counts(
        batch=batch,
        mapping=form.mapping,
        options=form.options(),
        new_source=form.cleaned_data["new_source"],
        save_as=form.cleaned_data["save_as"],
        by=by,
    )


def told(_batch: ImportBatch, found: CountPreview) -> dict:
    """For the template of the preview: sentences on what is to be known of the file, the first
    numbers as they would be stored, and the first that would change, each with what it was before.
    """
    return {
        "remarks": remarks_on(found),
        "first": list(map(shown, found.first)),
        "changes": [(shown(before), shown(after)) for before, after in found.changes],
    }


def button(found: CountPreview) -> str:
    """The words on the button that brings the file in: how many numbers are new, and how many
    change.
    """
    return _("Import %(new)s new numbers and %(changed)s changed ones") % {
        "new": number(found.counts.created),
        "changed": number(found.counts.changed),
    }


def undo(_batch: ImportBatch) -> str:
    """What taking it back would do, in a sentence that is the same for every file."""
    return _("Takes back what this file says. Corrections by hand stay.")


def ended(batch: ImportBatch) -> dict:
    """For the template of the report: sums, and what else is to be known of the file, in sentences,
    and the strip of its days. No sentence before the file is in.
    """
    return {"remarks": remarks_of(batch), "strip": strip_for(batch, told_by_file(batch))}


def columns(batch: ImportBatch, form: CountMapForm) -> dict:
    """For the page where columns are mapped: ``before``, sentences which file it is mapped like,
    where it is not the first of its columns.
    """
    return {"before": mapped_before(form.header, batch.kind)}


COUNTED = ImportDoor(
    kinds=[COUNTS],
    pages="tally-import",
    form=CountMapForm,
    take=take,
    preview="crm/tallies/_preview.html",
    report="crm/tallies/_report.html",
    button=button,
    undo=undo,
    told=told,
    ended=ended,
    columns=columns,
    groups={
        "created": gettext_lazy("new numbers"),
        "changed": gettext_lazy("another number than before"),
        "unchanged": gettext_lazy("said already"),
        "refused": gettext_lazy("refused rows"),
    },
)


# --- what holds -----------------------------------------------------------------------------------
@needs("readers.import")
def tally_list(request):
    """All counts that hold and that this user may see, narrowed by what the address asks. Those of
    few persons stand there without their number.
    """
    return TallyList(request, tallies_for(request.user)).render("crm/tallies/tally_list.html")


@require_GET
@needs("readers.import")
def tally_export(request):
    """The list as it is narrowed, as CSV; of few persons no number leaves by a file. Writes one
    audit row with the filters that were asked for.
    """
    listing = TallyList(request, tallies_for(request.user))
    audit.record(action=AuditAction.COUNT_EXPORT, by=request.user, filters=listing.asked_filters())
    return csv_file(listing.export_rows(), f"counts-{timezone.localdate():%Y%m%d}.csv")


@needs("readers.import")
@once
def tally_correct(request, pk):
    """Say another number, and why; 404 for a number that does not hold or that this user may not
    see. An empty number says that nobody knows it. The form begins with the number that a page may
    print, and is empty where that is hidden.
    """
    tally = get_object_or_404(tallies_for(request.user), pk=pk)
    tally.is_covered = tally.pk in hidden_beside_small()
    form = TallyForm(posted(request), initial=suggested(tally))
    if form.is_valid():
        asked = form.cleaned_data
        verbs.correct_tally(tally=tally, value=asked["value"], note=asked["note"], by=request.user)
        messages.success(request, _("The number is corrected; files leave it as it is."))
        return redirect("crm:tally-list")
    context = {"form": form, "tally": tally, "shown": shown(number_shown(tally))}
    return render(request, "crm/tallies/tally_correct.html", context, status=status_of(form))


@needs("readers.import")
@require_POST
def tally_release(request, pk):
    """Let what files say hold again; 404 as in ``tally_correct``. That nothing was corrected is
    said on the list, and nothing is written then.
    """
    tally = get_object_or_404(tallies_for(request.user), pk=pk)
    with refusal_told(request):
        verbs.release_tally(tally=tally, by=request.user)
        messages.success(request, _("The correction is taken back."))
    return redirect("crm:tally-list")
