"""The audit trail, and who may do what."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.access import needs
from core.listing import LongPaginator
from core.refusals import Refused
from crm.staff.actions import change_user
from crm.staff.forms import AuditFilter, UserFilter, UserForm
from crm.staff.models import AuditEvent, User
from crm.staff.words import in_words


@needs("audit.view")
def audit_list(request):
    form = AuditFilter(request.GET)
    found = form.filter(AuditEvent.objects.visible_to(request.user).select_related("user"))
    page = LongPaginator(found, 50).get_page(request.GET.get("page"))
    rows = [{"event": event, "said": in_words(event.action)} for event in page]
    return render(request, "crm/staff/audit_list.html", {"form": form, "page": page, "rows": rows})


@needs("users.edit")
def user_list(request):
    form = UserFilter(request.GET)
    found = form.filter(User.objects.select_related("campus")).order_by("username")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "crm/staff/user_list.html", {"form": form, "page": page})


@needs("users.edit")
def user_edit(request, pk):
    user = User.objects.visible_to(request.user).get_or_404(pk)
    form = UserForm(request.POST or None, instance=user)
    if form.is_valid() and _changed(form, user, by=request.user):
        messages.success(request, _("Saved."))
        return redirect("crm:user-list")
    context = {"form": form, "person": user}
    status = 400 if form.errors else 200
    return render(request, "crm/staff/user_edit.html", context, status=status)


def _changed(form: UserForm, user: User, *, by: User) -> bool:
    """False with the reason in the form where the change is refused."""
    try:
        change_user(user=user, by=by, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
