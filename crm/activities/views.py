"""Files of activities: the page that takes them and counts in, and their door; visits unnamed."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from core.access import needs
from core.days import months_up_to
from core.forms import posted, status_of
from core.numbers import number
from core.refusals import Refused
from core.uploads import takes_files
from crm.activities.actions import map_activities
from crm.activities.describing import kinds_of_files
from crm.activities.forms import ActivityMapForm, ActivityUploadForm
from crm.activities.kinds import KINDS
from crm.activities.loading import ActivityPreview, source_of
from crm.activities.queries import visits_without_names
from crm.activities.undoing import rows_held
from crm.activities.words import (
    apart_in_words,
    by_month_instead,
    covers_in_words,
    gone_in_words,
    told_in_words,
    would_go,
)
from crm.eresources.actions import bring_report
from crm.eresources.kinds import COUNTER
from crm.imports.models import ImportBatch
from crm.imports.step_words import ImportStep, steps_shown
from crm.imports.strip import strip_for
from crm.imports.views import ImportDoor
from crm.imports.views.steps import to_next_step, uploaded
from crm.imports.words import mapped_before
from crm.receipts.views import once
from crm.sources.models import USE_OF_ERESOURCES, DataSource
from crm.sources.recording import told_in
from crm.staff.models import User
from crm.tallies.kinds import COUNTS

#: Of visits without names.
MONTHS_SHOWN = 13


@takes_files(lambda: settings.IMPORT_MAX_BYTES)
@needs("readers.import")
@once
def activity_import_create(request):
    """Upload a file; a small one is looked into at once, of a large one a job does that.
    ``?source=`` says by its code where it comes from. A file that is no table is refused in the
    form.
    """
    source = DataSource.objects.filter(code=request.GET.get("source", "")).first()
    if source and source.measures == [USE_OF_ERESOURCES]:
        return redirect("crm:usage")
    form = ActivityUploadForm(
        posted(request), request.FILES or None, initial={"kind": likely_kind(source)}
    )
    if form.is_valid():
        answer = taken_in(request, form, source)
        if answer is not None:
            return answer
    context = {"form": form, "steps": steps_shown(ImportStep.FILE)}
    return render(
        request, "crm/activities/activity_import_create.html", context, status=status_of(form)
    )


def taken_in(request, form: ActivityUploadForm, source: DataSource | None):
    """To the next step of the file of a valid form; None where it cannot be brought, and then the
    form says why.
    """
    kind = form.cleaned_data["kind"]
    if kind == COUNTER:
        return report_taken_in(request, form)
    batch = uploaded(request, form, kind=kind, source=source)
    if batch is None:
        return None
    return to_next_step(batch)


def report_taken_in(request, form: ActivityUploadForm):
    """To the job that reads a report of COUNTER, which says itself what its columns are; None as
    for other files.
    """
    try:
        report = bring_report(file=form.cleaned_data["file"], by=request.user)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None
    return redirect(report.job)


def likely_kind(source: DataSource | None) -> str:
    """Code of the kind of file that the source sends: counts where it counts, else the first whose
    rows are of one of its kinds. Empty where it has none, and without a source.
    """
    if source is None:
        return ""
    if source.measures:
        return COUNTS
    for kind in kinds_of_files():
        if not set(map(str, kind.does)).isdisjoint(source.kinds):
            return kind.code
    return ""


# --- the door of files of activities --------------------------------------------------------------
def take(batch: ImportBatch, form: ActivityMapForm, by: User) -> None:
    """Say what the columns are as the valid form does, and with it where the rows were recorded.
    Raises Refused and Unreadable, and writes nothing then.
    """
    asked = form.cleaned_data
    map_activities(
        batch=batch,
        system=asked["system"],
        mapping=form.mapping,
        options=form.options(),
        new_source=asked["new_source"],
        save_as=asked["save_as"],
        by=by,
    )


def columns(batch: ImportBatch, form: ActivityMapForm) -> dict:
    """For the page where columns are mapped: ``before``, sentences which file it is mapped like,
    where it is not the first of its columns, and that it seems to be of another kind.
    """
    before = mapped_before(form.header, batch.kind)
    return {"before": [*by_month_instead(form.header, batch), *before]}


def told(batch: ImportBatch, found: ActivityPreview) -> dict:
    """For the preview: ``source``, which knows whether anybody's name is kept, ``covers``, the days
    that would be recorded, in sentences, and ``apart``, why rows bring nothing new.
    """
    source = source_of(batch)
    return {
        "source": source,
        "covers": told_in_words(found.told, source, found.places),
        "apart": apart_in_words(batch.kind, found.counts.unchanged, found.left_out),
    }


def cells(found: ActivityPreview) -> list[list]:
    """The number of each row that is shown, as the only cell of it; empty where no name is kept."""
    return [[row.number] for row in found.sample]


def button(found: ActivityPreview) -> str:
    """What pressing it brings in, in the plural by the count of new rows; by that of new and
    changed ones where some change what is there.
    """
    created = found.counts.created
    if found.counts.changed:
        return ngettext(
            "Import one row that changes something",
            "Import %(rows)s new or changed rows",
            found.taken,
        ) % {"rows": number(found.taken)}
    return ngettext("Import one new row", "Import %(rows)s new rows", created) % {
        "rows": number(created)
    }


def undo(batch: ImportBatch) -> str:
    """What taking it back would do, with the rows that are its own now."""
    return would_go(*rows_held(batch))


def ended(batch: ImportBatch) -> dict:
    """For the report: ``covers``, the days that it recorded, empty where it recorded none, and
    ``strip``, where they stand among all that its source told. ``gone``: what taking it back did.
    """
    return {
        "covers": covers_in_words(batch),
        "strip": strip_for(batch, told_in(batch.pk)),
        "gone": gone_in_words(batch),
        "apart": apart_in_words(batch.kind, batch.unchanged, batch.report.get("left_out", 0)),
    }


ACTIVITIES = ImportDoor(
    kinds=[kind.code for kind in KINDS],
    pages="activity-import",
    form=ActivityMapForm,
    take=take,
    preview="crm/activities/_preview.html",
    report="crm/activities/_report.html",
    button=button,
    undo=undo,
    columns=columns,
    told=told,
    cells=cells,
    ended=ended,
    groups={"unchanged": gettext_lazy("there already, or not counted")},
)


@needs("insight.view")
def nameless_visits(request):
    """The last thirteen months of each gate that keeps no names, this month among them; for staff
    of one campus of theirs alone. One statement.
    """
    months = months_up_to(timezone.localdate(), MONTHS_SHOWN)
    found = visits_without_names(months, campus=request.user.campus_id)
    return render(request, "crm/activities/nameless_visits.html", {"found": found})
