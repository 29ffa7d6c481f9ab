"""Users and the audit trail on the desk."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.columns import keys_of
from core.forms import posted, refusal_on, status_of
from crm.staff import guesses
from crm.staff.actions import change_user, trust, unlock
from crm.staff.forms import UserForm
from crm.staff.lists import AuditList, UserList
from crm.staff.models import AuditEvent, User
from crm.staff.queries import has_second_factor
from crm.staff.words import suspicion_in_words


@needs("audit.view")
def audit_list(request):
    """The audit trail, newest first, as far as this person may read it.

    Filtered, sorted and in pages. That it was looked at is written down for those whose events
    stand on the page.
    """
    found = AuditEvent.objects.visible_to(request.user).select_related("user")
    listing = AuditList(request, found)
    _tell_owners([event.user_id for event in listing.page if event.user_id], by=request.user)
    return listing.render("crm/staff/audit_list.html")


@needs("users.edit")
def user_list(request):
    """Everybody who can sign in, readers with an account among them."""
    found = User.objects.visible_to(request.user).select_related("campus")
    listing = UserList(request, found)
    _tell_owners(keys_of(listing.page), by=request.user)
    return listing.render("crm/staff/user_list.html")


@needs("users.edit")
def user_edit(request, pk):
    """The role, campus and access of one user."""
    user = User.objects.visible_to(request.user).get_or_404(pk)
    _tell_owners([user.pk], by=request.user)
    form = UserForm(posted(request), instance=user)
    if form.is_valid() and _changed(form, user, by=request.user):
        messages.success(request, _("Saved."))
        return redirect("crm:user-list")

    context = {
        "form": form,
        "person": user,
        "locked": guesses.is_locked(user),
        "has_factor": has_second_factor(user),
        "suspicion": suspicion_in_words(user.suspected),
    }
    return render(request, "crm/staff/user_edit.html", context, status=status_of(form))


@require_POST
@needs("users.edit")
def user_unlock(request, pk):
    """Somebody stands at the desk who cannot sign in: their wrong entries are forgotten."""
    user = User.objects.visible_to(request.user).get_or_404(pk)
    unlock(user=user, by=request.user)
    said = _("The lock is gone: %(name)s may try again.") % {"name": user}
    messages.success(request, said)
    return redirect("crm:user-edit", user.pk)


@require_POST
@needs("users.edit")
def user_trust(request, pk):
    """Somebody known: what they send in no longer waits for a look."""
    user = User.objects.visible_to(request.user).get_or_404(pk)
    trust(user=user, by=request.user)
    said = _("What %(name)s sends in no longer waits.") % {"name": user}
    messages.success(request, said)
    return redirect("crm:user-edit", user.pk)


def _tell_owners(accounts: list[int], *, by: User) -> None:
    """Readers are told that their accounts are about to be shown."""
    # Readers stand to the right of staff: what tells them is named by the settings.
    import_string(settings.ACCOUNTS_SEEN)(accounts, by=by)


def _changed(form: UserForm, user: User, *, by: User) -> bool:
    """False with the reason in the form where the change is refused."""
    with refusal_on(form):
        change_user(user=user, by=by, **form.cleaned_data)
    return not form.errors
