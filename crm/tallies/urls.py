from django.urls import path

from crm.imports.urls import pages_of
from crm.tallies import views

urlpatterns = [
    *pages_of(views.COUNTED, "desk/imports/counts/"),
    path("desk/counts/", views.tally_list, name="tally-list"),
    path("desk/counts/export.csv", views.tally_export, name="tally-export"),
    path("desk/counts/<int:pk>/correct/", views.tally_correct, name="tally-correct"),
    path("desk/counts/<int:pk>/release/", views.tally_release, name="tally-release"),
]
