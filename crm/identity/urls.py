from django.urls import path

from crm.identity import views

urlpatterns = [
    path("desk/imports/systems/", views.system_list, name="system-list"),
    path("desk/imports/systems/<int:pk>/", views.system_edit, name="system-edit"),
    path("desk/readers/<int:pk>/numbers/", views.reader_numbers, name="reader-numbers"),
    path(
        "desk/readers/<int:pk>/numbers/<int:identity>/remove/",
        views.reader_number_remove,
        name="reader-number-remove",
    ),
]
