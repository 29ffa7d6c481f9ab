from django.urls import path

from crm.privacy.views import desk, own, public

urlpatterns = [
    path("privacy/", public.notice, name="privacy"),
    path("privacy/<int:number>/", public.notice, name="privacy-version"),
    path("me/", own.me, name="me"),
    path("me/join/", own.me_join, name="me-join"),
    path("me/consent/", own.me_consent, name="me-consent"),
    path("me/analytics/", own.me_analytics, name="me-analytics"),
    path("me/download/", own.me_download, name="me-download"),
    path("me/my-data.html", own.me_file, name="me-file"),
    path("me/correct/", own.me_correct, name="me-correct"),
    path("me/address/", own.me_address, name="me-address"),
    path("me/address/confirm/", own.me_address_confirm, name="me-address-confirm"),
    path("me/leave/", own.me_leave, name="me-leave"),
    path("me/stay/", own.me_stay, name="me-stay"),
    path("desk/corrections/", desk.correction_list, name="correction-list"),
    path("desk/corrections/<int:pk>/", desk.correction_detail, name="correction-detail"),
    path("desk/readers/<int:pk>/erase/", desk.reader_erase, name="reader-erase"),
    path("desk/privacy/", desk.processing_register, name="privacy-register"),
    path("desk/privacy/register.csv", desk.processing_register_csv, name="privacy-register-csv"),
    path("desk/privacy/incidents/new/", desk.incident_edit, name="incident-create"),
    path("desk/privacy/incidents/<int:pk>/", desk.incident_edit, name="incident-detail"),
]
