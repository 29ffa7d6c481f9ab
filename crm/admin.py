"""For superusers only; everything staff need is on the desk."""

from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from core.admin import ReadOnlyAdmin
from crm.accounts.actions import end_everything_else
from crm.imports.models import ImportBatch, ImportProfile
from crm.jobs.models import Job
from crm.readers.looks import look_at_many, look_at_one
from crm.readers.models import LookPlace, Reader
from crm.staff.models import AuditEvent, Campus, College, User


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ("username", "email", "role", "campus", "is_active")
    fieldsets = (*UserAdmin.fieldsets, ("Huixiang", {"fields": ("role", "campus", "display_name")}))

    def has_delete_permission(self, request, obj=None):
        """An account is closed (not active) and never deleted: the audit trail names it."""
        return False


@admin.register(Campus, College)
class NamedAdmin(admin.ModelAdmin):
    list_display = ("code", "name_zh", "name_en")


@admin.register(Reader)
class ReaderAdmin(ReadOnlyAdmin):
    list_display = ("number", "source", "kind", "campus", "state")
    search_fields = ("number",)
    show_full_result_count = False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Who opens a row is told to the reader, here as on the desk."""
        reader = Reader.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if reader is not None:
            look_at_one(reader, by=request.user, place=LookPlace.ADMIN)
        return super().change_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        listing = getattr(response, "context_data", {}).get("cl")
        if listing is not None:
            shown = [reader.pk for reader in listing.result_list]
            look_at_many(shown, by=request.user, place=LookPlace.ADMIN)
        return response


@admin.register(AuditEvent)
class AuditAdmin(ReadOnlyAdmin):
    list_display = ("at", "user", "action", "object_type", "object_id")
    show_full_result_count = False


@admin.register(ImportBatch, ImportProfile, Job)
class LookAdmin(ReadOnlyAdmin):
    list_display = ("pk", "__str__", "created_by", "created_at")


# allauth's own page shows the secret, from which anybody could make the codes.
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class SecondFactorAdmin(ReadOnlyAdmin):
    """Who has a second factor; for somebody who lost it, it is deleted here.

    What its owner was signed in with ends, as after a change on their own page.
    """

    list_display = AuthenticatorAdmin.list_display
    exclude = ("data",)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        end_everything_else(user=obj.user, digest="", by=request.user)

    def delete_queryset(self, request, queryset):
        owners = [factor.user for factor in queryset.select_related("user")]
        super().delete_queryset(request, queryset)
        for owner in owners:
            end_everything_else(user=owner, digest="", by=request.user)
