from django.urls import path

from crm.readers import views

urlpatterns = [
    path("after-login/", views.after_login, name="after-login"),
    path("me/", views.me, name="me"),
    path("me/consent/", views.me_consent, name="me-consent"),
    path("me/download/", views.me_download, name="me-download"),
    path("desk/readers/", views.reader_list, name="reader-list"),
    path("desk/readers/export.csv", views.reader_export, {"form": "csv"}, name="reader-export-csv"),
    path(
        "desk/readers/export.xlsx", views.reader_export, {"form": "xlsx"}, name="reader-export-xlsx"
    ),
    path("desk/readers/<int:pk>/", views.reader_detail, name="reader-detail"),
    path("desk/readers/<int:pk>/edit/", views.reader_edit, name="reader-edit"),
    path("desk/readers/<int:pk>/consent/", views.reader_consent, name="reader-consent"),
]
