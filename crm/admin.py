"""For superusers only; everything staff need is on the desk."""

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from core.admin import ReadOnlyAdmin
from core.columns import keys_of
from crm.accounts.actions import end_everything_else
from crm.imports.models import ImportBatch, ImportProfile
from crm.jobs.models import Job
from crm.readers.looks import look_at_many, look_at_one
from crm.readers.models import LookPlace, Reader
from crm.staff.models import AuditEvent, Campus, College, User


class Looks:
    """Pages that name readers: who opens them is told to the reader, here as on the desk.

    ``to_reader`` leads from a row to its reader, "" where the row is the reader.
    """

    to_reader = ""

    def readers_of(self, keys) -> list[int]:
        """The readers whom these rows name."""
        to_key = "pk"
        if self.to_reader:
            to_key = f"{self.to_reader}__pk"
        rows = self.model._base_manager.filter(pk__in=keys, **{f"{to_key}__isnull": False})
        return list(rows.values_list(to_key, flat=True))

    def get_object(self, request, object_id, from_field=None):
        """Every page of one row asks for it here: to change it, to delete it, its history."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            for reader in Reader.objects.filter(pk__in=self.readers_of([row.pk])):
                look_at_one(reader, by=request.user, place=LookPlace.ADMIN)
        return row

    def changelist_view(self, request, extra_context=None):
        """The list, with a look noted at every reader whom a row of this page names."""
        response = super().changelist_view(request, extra_context)
        listing = getattr(response, "context_data", {}).get("cl")
        if listing is not None:
            shown = self.readers_of(keys_of(listing.result_list))
            look_at_many(shown, by=request.user, place=LookPlace.ADMIN)
        return response

    def response_action(self, request, queryset):
        """What is done to chosen rows names them, too: before they are deleted, for one."""
        chosen = request.POST.getlist("_selected_action")
        shown = self.readers_of(list(filter(str.isdecimal, chosen)))
        look_at_many(shown, by=request.user, place=LookPlace.ADMIN)
        return super().response_action(request, queryset)


@admin.register(User)
class PersonAdmin(Looks, UserAdmin):
    to_reader = "reader"
    list_display = ("username", "email", "role", "campus", "is_active")
    fieldsets = (*UserAdmin.fieldsets, ("Huixiang", {"fields": ("role", "campus", "display_name")}))

    def has_delete_permission(self, request, obj=None):
        """An account is closed (not active) and never deleted: the audit trail names it."""
        return False


@admin.register(Campus, College)
class NamedAdmin(admin.ModelAdmin):
    list_display = ("code", "name_zh", "name_en")


@admin.register(Reader)
class ReaderAdmin(Looks, ReadOnlyAdmin):
    list_display = ("number", "source", "kind", "campus", "state")
    search_fields = ("number",)
    show_full_result_count = False


@admin.register(AuditEvent)
class AuditAdmin(Looks, ReadOnlyAdmin):
    to_reader = "user__reader"
    list_display = ("at", "user", "action", "object_type", "object_id")
    show_full_result_count = False


@admin.register(ImportBatch, ImportProfile, Job)
class StartedByStaffAdmin(Looks, ReadOnlyAdmin):
    to_reader = "created_by__reader"
    list_display = ("pk", "__str__", "created_by", "created_at")


admin.site.unregister(EmailAddress)


@admin.register(EmailAddress)
class AddressAdmin(Looks, EmailAddressAdmin):
    to_reader = "user__reader"


# allauth's own page shows the secret, from which anybody could make the codes.
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class SecondFactorAdmin(Looks, ReadOnlyAdmin):
    """Who has a second factor; for somebody who lost it, it is deleted here.

    What its owner was signed in with ends, as after a change on their own page.
    """

    to_reader = "user__reader"
    list_display = AuthenticatorAdmin.list_display
    exclude = ("data",)

    def has_delete_permission(self, request, obj=None):
        """Administrators with all rights alone."""
        return request.user.is_superuser

    def delete_model(self, request, obj):
        """Delete it, and end whatever its owner is signed in with."""
        super().delete_model(request, obj)
        end_everything_else(user=obj.user, digest="", by=request.user)

    def delete_queryset(self, request, queryset):
        """Delete them, and end whatever their owners are signed in with."""
        owners = [factor.user for factor in queryset.select_related("user")]
        super().delete_queryset(request, queryset)
        for owner in owners:
            end_everything_else(user=owner, digest="", by=request.user)
