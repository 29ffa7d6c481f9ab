from django.urls import path

from crm.activities import views
from crm.imports.urls import pages_of

urlpatterns = [
    path("desk/coverage/nameless/", views.nameless_visits, name="nameless-visits"),
    path(
        "desk/imports/activities/new/",
        views.activity_import_create,
        name="activity-import-create",
    ),
    *pages_of(views.ACTIVITIES, "desk/imports/activities/"),
]
