"""The registers: one page for each, with its rows, a form for one more, and what else it takes."""

from datetime import date
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from crm.receipts.views import once
from crm.registers.actions import (
    add_member,
    merge_places,
    part_again,
    remove_row,
    take_rows,
    write_row,
)
from crm.registers.calendar import teaching_week
from crm.registers.forms import MemberForm, MergeForm
from crm.registers.lists import REGISTERS, Register
from crm.registers.models import Department, TeachingTerm
from crm.registers.queries import members_with_predecessors
from crm.registers.words import period_in_words, week_in_words


def register_of(key: str) -> Register:
    """The register with this key; 404 where there is none. The keys stand in ``REGISTERS``."""
    if key not in REGISTERS:
        raise Http404
    return REGISTERS[key]


def row_of(register: Register, pk: int):
    """One row of the register; 404 where there is none. Whether the user may change it is asked by
    the page.
    """
    return get_object_or_404(register.model, pk=pk)


@needs("settings.edit")
def register_start(request):
    """To the page of the first of the registers, departments."""
    return redirect("crm:register-list", "departments")


def keeps_register(view):
    """View decorator: 403 for whom the register of this key is not to be kept by. The view gets the
    register in the place of its key.
    """

    @wraps(view)
    def checked(request, key, *args, **kwargs):
        """Raises PermissionDenied, and Http404 where there is no such register."""
        register = register_of(key)
        if not request.user.can(register.right):
            raise PermissionDenied
        return view(request, register, *args, **kwargs)

    # The least that any register asks for.
    checked.permission = "readers.import"
    return checked


@keeps_register
@once
def register_list(request, register):
    """The rows, for places as they were on ``?on=``, and a form for one more. A POST adds that one,
    and comes back to the empty form.
    """
    form = register.form_for(request.user, posted(request))
    if form.is_valid():
        with refusal_on(form):
            write_row(row=register.model(), by=request.user, **form.cleaned_data)
            messages.success(request, _("Written down."))
            return redirect("crm:register-list", register.key)
    return page(request, register, form)


def merge_form(register: Register, places: int) -> MergeForm | None:
    """An empty form for a merger; None where there are not two places at least, of which one can go
    on as the other.
    """
    if places < 2:
        return None
    return MergeForm(model=register.model)


def page(request, register: Register, form, *, paste=None, merge=None):
    """The page with all its forms, those not given being empty; the status is the highest that
    ``status_of`` has for one of them.
    """
    day = day_asked(request)
    user = request.user
    rows = []
    for row in register.rows(day):
        rows.append((row, register.says(row), register.may_change(user, row)))
    context = {
        "register": register,
        "registers": [one for one in REGISTERS.values() if user.can(one.right)],
        "rows": rows,
        "day": day,
        "form": form,
        "paste": paste or (register.paste_for(user) if register.paste else None),
    }
    if register.has_places:
        context["merge"] = merge or merge_form(register, len(rows))
    if register.model is TeachingTerm:
        context["week"] = week_in_words(teaching_week(timezone.localdate()))
    status = max(map(status_of, filter(None, (form, paste, merge))))
    return render(request, "crm/registers/register_list.html", context, status=status)


def day_asked(request) -> date | None:
    """The day in the address (``?on=2026-09-01``); None where there is none or it is no day: then
    places are shown whenever they were there.
    """
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None


@keeps_register
@require_POST
@once
def register_paste(request, register):
    """Take in the lines that were pasted: all, or none with the reason at the lines. 404 for a
    register that takes none.
    """
    if register.paste is None:
        raise Http404
    form = register.paste_for(request.user, request.POST)
    if form.is_valid():
        with refusal_on(form, "lines"):
            model, rows = register.model, form.cleaned_data["rows"]
            n = take_rows(model=model, rows=rows, by=request.user)
            said = ngettext("%(n)s row new or changed.", "%(n)s rows new or changed.", n)
            messages.success(request, said % {"n": n})
            return redirect("crm:register-list", register.key)
    return page(request, register, register.form_for(request.user), paste=form)


@keeps_register
@require_POST
@once
def register_merge(request, register):
    """Several go on as one; 404 for a register whose rows are no places. Of a refusal the page says
    why, with the form as it was typed.
    """
    if not register.has_places:
        raise Http404
    form = MergeForm(request.POST, model=register.model)
    if form.is_valid():
        with refusal_on(form):
            merge_places(by=request.user, **form.cleaned_data)
            messages.success(request, _("Merged. Their records are found under the successor."))
            return redirect("crm:register-list", register.key)
    return page(request, register, register.form(), merge=form)


@keeps_register
def register_edit(request, register, pk):
    """Change one row; 404 for an unknown register or row, and for one that is not the user's to
    change. Of a refusal the page shows the row as it is stored and the form as it was typed.
    """
    row = row_of(register, pk)
    if not register.may_change(request.user, row):
        raise Http404
    fields = register.form_for(request.user).fields
    initial = {name: getattr(row, name) for name in fields}
    form = register.form_for(request.user, posted(request), initial=initial)
    if form.is_valid():
        with refusal_on(form):
            write_row(row=row, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("crm:register-list", register.key)
    return row_page(request, register, row_of(register, pk), form)


def row_page(request, register: Register, row, form, member_form=None):
    """The page of one row; a department's with those who work there, and the form for one more of
    them.
    """
    context = {"register": register, "row": row, "form": form}
    if isinstance(row, Department):
        context["member_form"] = member_form or MemberForm()
        context["members"] = [
            (member, period_in_words(member.starts_on, member.ends_on))
            for member in members_with_predecessors(row)
        ]
    status = max(map(status_of, filter(None, (form, member_form))))
    return render(request, "crm/registers/register_edit.html", context, status=status)


@needs("settings.edit")
@require_POST
@once
def department_member(request, pk):
    """Write down who works in a department; 404 where there is none. Of a refusal the page of the
    department says why, with the form as it was typed.
    """
    department = get_object_or_404(Department, pk=pk)
    form = MemberForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            add_member(department=department, by=request.user, **form.cleaned_data)
            messages.success(request, _("Written down."))
            return redirect("crm:register-edit", "departments", pk)

    register = REGISTERS["departments"]
    initial = {name: getattr(department, name) for name in register.form().fields}
    return row_page(request, register, department, register.form(initial=initial), form)


@keeps_register
@require_POST
def register_remove(request, register, pk):
    """Take out what was never so; why it cannot be is said above the list. 404 for an unknown
    register or row.
    """
    return step(request, register, remove_row, "row", pk, _("Taken out."))


@keeps_register
@require_POST
def register_part(request, register, pk):
    """Take a merger back for one of its parts; 404 for a register whose rows are no places. Why it
    cannot be is said above the list.
    """
    if not register.has_places:
        raise Http404
    return step(request, register, part_again, "part", pk, _("It is on its own again."))


def step(request, register: Register, verb, name: str, pk: int, said: str):
    """One verb on a row, which is its argument ``name``; then the register, with what was ``said``
    of it or why it was refused. 404 where there is no such row.
    """
    row = row_of(register, pk)
    with refusal_told(request):
        verb(by=request.user, **{name: row})
        messages.success(request, said)
    return redirect("crm:register-list", register.key)
