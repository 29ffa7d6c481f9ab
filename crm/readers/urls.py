from django.urls import path

from crm.readers.views import landing, listing, person

urlpatterns = [
    path("after-login/", landing.after_login, name="after-login"),
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
    path("desk/readers/<int:pk>/why/", person.reader_reason, name="reader-reason"),
    path("desk/readers/<int:pk>/edit/", person.reader_edit, name="reader-edit"),
    path(
        "desk/readers/<int:pk>/address/", person.reader_address_retry, name="reader-address-retry"
    ),
    path("desk/readers/<int:pk>/stop/", person.reader_stop, name="reader-stop"),
    path("desk/readers/<int:pk>/stop/end/", person.reader_stop_end, name="reader-stop-end"),
    path("desk/readers/<int:pk>/consent/", person.reader_consent, name="reader-consent"),
]
