"""The questions of a survey's working copy: written, seen as readers will, moved, retired."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from crm.receipts.views import once
from feedback.surveys import actions as verbs
from feedback.surveys import definitions
from feedback.surveys.actions import OptionRow
from feedback.surveys.forms import SCALE_MAX, ItemForm, option_formset
from feedback.surveys.models import Item, Survey
from feedback.surveys.questions import Field
from feedback.surveys.views.desk import load

#: How many rows of options the form has.
ROWS = "o-TOTAL_FORMS"
#: Texts of a question in two languages.
TEXTS = ("text", "help", "low", "high")


def load_item(survey: Survey, ordinal: int | None) -> Item | None:
    """The question with its options; None for one that is still to be added, 404 for one that is
    not there.
    """
    if ordinal is None:
        return None
    return get_object_or_404(survey.items.prefetch_related("options"), ordinal=ordinal)


@needs("surveys.edit")
@once
def item_edit(request, pk, ordinal=None):
    """Add a question (no ordinal) or change one.

    The preview beside the form shows it as readers will.
    """
    survey = load(request, pk)
    item = load_item(survey, ordinal)
    kind = request.GET.get("kind", Item.Kind.SCALE)
    form = ItemForm(posted(request), item=item, initial={"kind": kind})
    options = option_formset(item, with_more_rows(posted(request)))

    is_complete = form.is_valid() and options.is_valid() and not asks_for_rows(request)
    if is_complete and save_item(request.user, survey, item, form, options.rows()):
        return redirect(f"{survey.get_absolute_url()}#questions")

    context = {
        "survey": survey,
        "item": item,
        "form": form,
        "options": options,
        "field": preview_field(item),
    }
    return show_editor(request, context)


def show_editor(request, context: dict):
    """The page of the editor; its options alone for the script that puts a draft back."""
    if "draw" in request.POST:
        return render(request, "feedback/surveys/_item_options.html", context)
    template = "feedback/surveys/survey_item_edit.html"
    return render(request, template, context, status=status_of(context["form"]))


def asks_for_rows(request) -> bool:
    """Whether the form is only drawn: with more rows of options, or, for the script that puts a
    draft back, its options alone.
    """
    return "more" in request.POST or "draw" in request.POST


def with_more_rows(data):
    """What was posted, with three rows of options more where the button for them was pressed; None
    of a page that was only opened.
    """
    if data is None or "more" not in data:
        return data
    asked = data.get(ROWS, "")
    longer = data.copy()
    if asked.isdecimal():
        longer[ROWS] = str(min(int(asked) + 3, Item.MOST_OPTIONS))
    return longer


def save_item(by, survey: Survey, item: Item | None, form: ItemForm, rows: list[OptionRow]) -> bool:
    """Write what the form holds; False when refused, with the reason on the form."""
    with refusal_on(form):
        write_item(by, survey, item, form.cleaned_data, rows)
    return not form.errors


def write_item(by, survey: Survey, item: Item | None, fields: dict, rows: list[OptionRow]) -> None:
    """Add or change a question; rows of options count only for kinds that have any."""
    if item is None:
        # The rows stay in the form when another kind is chosen in it.
        if fields["kind"] not in Item.WITH_OPTIONS:
            rows = []
        verbs.add_item(survey=survey, by=by, rows=rows, **fields)
        return

    options = None
    if item.has_options:
        options = rows
    verbs.change_item(item=item, by=by, options=options, **fields)


def preview_field(item: Item | None) -> Field | None:
    """The question as readers will see it; None while there is nothing to show."""
    if item is None:
        return None
    question = definitions.parse_item(definitions.draft_item(item))
    return Field(question, 1)


@require_POST
@needs("surveys.edit")
def item_preview(request, pk):
    """What the form holds now, as a question; nothing is kept, and what is invalid is left out."""
    load(request, pk)
    form = ItemForm(request.POST)
    options = option_formset(None, request.POST)
    # What is invalid is left out of the preview; the errors are for the one who saves.
    form.is_valid()
    options.is_valid()
    shown = definitions.parse_item(item_as_typed(form.cleaned_data, options.rows()))
    return render(request, "feedback/surveys/_survey_question.html", {"field": Field(shown, 1)})


def item_as_typed(typed: dict, rows: list[OptionRow]) -> dict:
    """An unfinished question in the shape of a published one, with the ordinal 1 and without a key;
    retired options are left out.
    """
    options = []
    for code, row in enumerate(rows, start=1):
        if not row.retired:
            options.append({"code": code, "text": row.text})

    # Whatever was left out of the form, or is wrong in it, has what a new question starts with.
    item = {
        "ordinal": 1,
        "kind": typed.get("kind") or Item.Kind.TEXT,
        "required": typed.get("required", False),
        "top": typed.get("scale_max") or SCALE_MAX,
        "key": "",
        "options": options,
    }
    for name in TEXTS:
        item[name] = typed.get(name) or {}
    return item


@require_POST
@needs("surveys.edit")
def item_move(request, pk, ordinal):
    """Up or down by one place, and back to the question; a refusal is said there."""
    survey = load(request, pk)
    item = load_item(survey, ordinal)
    with refusal_told(request):
        verbs.move_item(item=item, up="up" in request.POST, by=request.user)
    return redirect(f"{survey.get_absolute_url()}#q{ordinal}")


@require_POST
@needs("surveys.edit")
def item_retire(request, pk, ordinal):
    """Take a question out of the next version, or back in where the button says "restore"."""
    survey = load(request, pk)
    item = load_item(survey, ordinal)
    retired = "restore" not in request.POST
    verbs.retire_item(item=item, retired=retired, by=request.user)
    return redirect(f"{survey.get_absolute_url()}#questions")
