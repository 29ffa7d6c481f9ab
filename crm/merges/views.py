"""The desk's pages for records that may be of one person."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from crm.merges import actions as verbs
from crm.merges import deciding, reading
from crm.merges.forms import JoinForm, OtherNumberForm
from crm.merges.models import JoinedRecord
from crm.merges.queries import MOST, Pair, keys_in, suspected
from crm.merges.words import (
    alike_in_words,
    brought_in_words,
    compared,
    kept_first,
    merge_in_words,
    of_both,
)
from crm.readers.bearers import has_number
from crm.readers.looks import look_at_many, look_at_one
from crm.readers.models import LookPlace, LookReason, Reader
from crm.readers.views.person import reader_of
from crm.receipts.views import once


@needs("readers.edit")
@require_safe
def twin_list(request):
    """Pairs that look like one person. Nothing is joined by itself.

    Whoever is shown is written down as looked at; TooMany is raised before that where the account
    has had its share of the day.
    """
    pairs = suspected(request.user)
    look_at_many(keys_in(pairs), by=request.user, place=LookPlace.LIST)
    context = {"rows": list(map(row_of, pairs)), "is_cut": len(pairs) == MOST, "most": MOST}
    return render(request, "crm/merges/twin_list.html", context)


def row_of(pair: Pair) -> dict:
    """What a list says of a pair: ``kept``, ``gone``, and ``why`` in words."""
    kept, gone = kept_first(pair.one, pair.other)
    return {"kept": kept, "gone": gone, "why": alike_in_words(pair.why)}


@needs("readers.edit")
def reader_twins(request, pk):
    """Records that look like this reader's, what was joined with it, and a search by number.

    A number that another record bears leads to the page that joins the two. Opening the page is
    looking at the reader, and at the others a list: both are written down.
    """
    reader = reader_of(request, pk)
    look_at_one(reader, by=request.user, reason=LookReason.CORRECTION)
    form = OtherNumberForm(posted(request))
    if form.is_valid():
        other = bearer(request, reader, form.cleaned_data["number"])
        if other is not None:
            kept, gone = kept_first(reader, other)
            return redirect("crm:reader-join", kept.pk, gone.pk)
        form.add_error("number", _("No other record bears this number."))

    pairs = suspected(request.user, of=reader)
    look_at_many(set(keys_in(pairs)) - {reader.pk}, by=request.user, place=LookPlace.LIST)
    context = {
        "reader": reader,
        "form": form,
        "rows": list(map(row_of, pairs)),
        "merges": merges_of(reader),
    }
    return render(request, "crm/merges/reader_twins.html", context, status=status_of(form))


def bearer(request, reader: Reader, number: str) -> Reader | None:
    """Another reader with this number whom this user may open, the first by key; else None.

    Of whichever system, as a first or a further number.
    """
    readers = Reader.objects.visible_to(request.user).filter(has_number(number))
    return readers.exclude(pk=reader.pk).order_by("pk").first()


def merges_of(reader: Reader) -> list[dict]:
    """Every joining of this reader's record, the newest first, in words; such as still stand may be
    taken apart. One statement.
    """
    rows = []
    for merge in reader.merges.select_related("by", "taken_apart_by").order_by("-pk"):
        row = {"merge": merge, "said": merge_in_words(merge), "brought": brought_in_words(merge)}
        rows.append(row)
    return rows


@needs("readers.edit")
@once
def reader_join(request, pk, other):
    """Both beside each other, and whose value stays.

    404 for one whom this user may not open. A joining that is refused is said on the form.
    """
    kept, gone = reader_of(request, pk), reader_of(request, other)
    for one in (kept, gone):
        look_at_one(one, by=request.user, reason=LookReason.CORRECTION)
    lines = [*compared(kept, gone), *of_both(kept, gone)]
    suggested = deciding.suggested(reading.row_of(kept.pk), reading.row_of(gone.pk))
    form = JoinForm(posted(request), lines=lines, suggested=suggested)
    if form.is_valid() and joined(form, kept, gone, request.user):
        messages.success(request, _("The two are one record now."))
        return redirect(kept)
    context = {
        "kept": kept,
        "gone": gone,
        "form": form,
        "lines": [(line, form.choice_of(line)) for line in lines],
    }
    return render(request, "crm/merges/reader_join.html", context, status=status_of(form))


def joined(form: JoinForm, kept: Reader, gone: Reader, by) -> bool:
    """Join the two as the form says. False with the reason on the form where it is refused."""
    with refusal_on(form):
        verbs.merge(kept=kept, gone=gone, by=by, taken=form.taken())
    return not form.errors


@needs("readers.edit")
@require_POST
def reader_part(request, pk, merge):
    """Take a joining of this reader apart; leads to the record that is there again.

    404 for one of somebody else's, and for one that was taken apart already. Where the other record
    is of another campus than this user's, or the verb refuses, the reason is said on the page of
    twins.
    """
    reader = reader_of(request, pk)
    found = get_object_or_404(reader.merges.standing(), pk=merge)
    if is_elsewhere(found, request.user.campus_id):
        messages.error(request, _("The other record is of another campus than yours."))
        return redirect("crm:reader-twins", reader.pk)
    with refusal_told(request):
        again = verbs.part(merge=found, by=request.user)
        messages.success(request, _("They are two records again. This is the one that came back."))
        return redirect(again)
    return redirect("crm:reader-twins", reader.pk)


def is_elsewhere(merge: JoinedRecord, campus: int | None) -> bool:
    """Whether the record that went, or one that was joined later and would be taken apart and
    joined again for it, is of another campus; never for the whole library (None).
    """
    if campus is None:
        return False
    touched = JoinedRecord.objects.standing().filter(kept=merge.kept_id, pk__gte=merge.pk)
    return any(one.gone.get("campus_id") != campus for one in touched)


@needs("readers.edit")
@require_POST
def twin_dismiss(request, pk, other):
    """The two are two people: they are not suggested any more.

    404 where this user may not open both.
    """
    one, second = reader_of(request, pk), reader_of(request, other)
    verbs.say_two_people(one=one, other=second, by=request.user)
    messages.success(request, _("These two are not suggested any more."))
    return redirect("crm:twin-list")
