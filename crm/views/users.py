"""Who may sign in, and as what."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from crm.access import needs
from crm.actions.people import OwnRole, change_user
from crm.forms.people import UserFilter, UserForm
from crm.models import User


@needs("users.edit")
def user_list(request):
    form = UserFilter(request.GET)
    found = form.filter(User.objects.select_related("campus")).order_by("username")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "crm/user_list.html", {"form": form, "page": page})


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
    return render(request, "crm/user_edit.html", context, status=400 if form.errors else 200)
