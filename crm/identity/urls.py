from django.urls import path

from crm.identity import own_pages, views

urlpatterns = [
    path("me/claim/", own_pages.me_claim, name="me-claim"),
    path("me/claim/offered/", own_pages.me_claim_offered, name="me-claim-offered"),
    path("me/claim/<str:token>/", own_pages.me_claim_link, name="me-claim-link"),
    path("desk/readers/<int:pk>/invitation/", views.reader_invite, name="reader-invite"),
    path(
        "desk/readers/<int:pk>/invitation/end/", views.reader_invite_end, name="reader-invite-end"
    ),
    path("desk/imports/systems/", views.system_list, name="system-list"),
    path("desk/imports/systems/<int:pk>/", views.system_edit, name="system-edit"),
    path("desk/readers/<int:pk>/numbers/", views.reader_numbers, name="reader-numbers"),
    path(
        "desk/readers/<int:pk>/numbers/<int:identity>/remove/",
        views.reader_number_remove,
        name="reader-number-remove",
    ),
]
