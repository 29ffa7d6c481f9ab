"""For Django's admin, which is there for superusers only."""

from django.contrib import admin
from django.utils.translation import gettext_noop

#: Words of Django's own pages that its Chinese lacks: named here, they stand in our catalogue.
HEADS = [
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
]


class ReadOnlyAdmin(admin.ModelAdmin):
    """What has a verb or is history is looked at, not edited: here nothing would write audit or
    consent.
    """

    def has_add_permission(self, request):
        """Never: rows come about by a verb alone."""
        return False

    def has_change_permission(self, request, obj=None):
        """Never, for superusers neither; the page shows the row without a form."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Never, for superusers neither."""
        return False
