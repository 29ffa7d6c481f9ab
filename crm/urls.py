from django.urls import include, path

app_name = "crm"

urlpatterns = [
    path("", include("crm.staff.urls")),
    path("", include("crm.accounts.urls")),
    path("", include("crm.library.urls")),
    path("", include("crm.registers.urls")),
    path("", include("crm.jobs.urls")),
    path("", include("crm.letters.urls")),
    path("", include("crm.readers.urls")),
    path("", include("crm.standings.urls")),
    path("", include("crm.sources.urls")),
    path("", include("crm.imports.urls")),
    path("", include("crm.tallies.urls")),
    path("", include("crm.activities.urls")),
    path("", include("crm.eresources.urls")),
    path("", include("crm.collections.urls")),
    path("", include("crm.rfc.urls")),
    path("", include("crm.merges.urls")),
    path("", include("crm.identity.urls")),
    path("", include("crm.segments.urls")),
    path("", include("crm.subscribers.urls")),
    path("", include("crm.setup.urls")),
    path("", include("crm.privacy.urls")),
]
