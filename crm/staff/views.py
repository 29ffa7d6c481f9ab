"""Users and the audit trail on the desk."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.access import needs
from crm.staff.actions import OwnRole, change_user
from crm.staff.forms import UserForm
from crm.staff.lists import AuditList, UserList
from crm.staff.models import AuditEvent, User


@needs("audit.view")
def audit_list(request):
    found = AuditEvent.objects.visible_to(request.user).select_related("user")
    return AuditList(request, found).render("crm/staff/audit_list.html")


@needs("users.edit")
def user_list(request):
    found = User.objects.select_related("campus")
    return UserList(request, found).render("crm/staff/user_list.html")


@needs("users.edit")
def user_edit(request, pk):
    user = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=user)
    if form.is_valid():
        try:
            change_user(user=user, by=request.user, **form.cleaned_data)
        except OwnRole:
            form.add_error(None, _("You cannot take the administrator's role from yourself."))
        else:
            messages.success(request, _("Saved."))
            return redirect("crm:user-list")
    context = {"form": form, "person": user}
    return render(request, "crm/staff/user_edit.html", context, status=400 if form.errors else 200)
