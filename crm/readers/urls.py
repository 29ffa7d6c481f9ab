from django.urls import path

from crm.readers.views import listing, own, person

urlpatterns = [
    path("after-login/", own.after_login, name="after-login"),
    path("me/", own.me, name="me"),
    path("me/consent/", own.me_consent, name="me-consent"),
    path("me/download/", own.me_download, name="me-download"),
    path("desk/readers/", listing.reader_list, name="reader-list"),
    path(
        "desk/readers/export.csv", listing.reader_export, {"form": "csv"}, name="reader-export-csv"
    ),
    path(
        "desk/readers/export.xlsx",
        listing.reader_export,
        {"form": "xlsx"},
        name="reader-export-xlsx",
    ),
    path("desk/readers/<int:pk>/", person.reader_detail, name="reader-detail"),
    path("desk/readers/<int:pk>/edit/", person.reader_edit, name="reader-edit"),
    path("desk/readers/<int:pk>/consent/", person.reader_consent, name="reader-consent"),
]
