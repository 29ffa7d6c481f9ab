from django.urls import path

from crm.privacy.views import clock, correcting, desk, leaving, officer, own, public, taking

urlpatterns = [
    path("privacy/", public.notice, name="privacy"),
    path("privacy/<int:number>/", public.notice, name="privacy-version"),
    path("me/", own.me, name="me"),
    path("me/join/", own.me_join, name="me-join"),
    path("me/consent/", own.me_consent, name="me-consent"),
    path("me/analytics/", own.me_analytics, name="me-analytics"),
    path("me/download/", taking.me_download, name="me-download"),
    path("me/my-data.html", taking.me_file, name="me-file"),
    path("me/correct/", correcting.me_correct, name="me-correct"),
    path("me/address/", correcting.me_address, name="me-address"),
    path("me/address/confirm/", correcting.me_address_confirm, name="me-address-confirm"),
    path("me/leave/", leaving.me_leave, name="me-leave"),
    path("me/stay/", leaving.me_stay, name="me-stay"),
    path("desk/corrections/", desk.correction_list, name="correction-list"),
    path("desk/corrections/<int:pk>/", desk.correction_detail, name="correction-detail"),
    path("desk/readers/<int:pk>/erase/", desk.reader_erase, name="reader-erase"),
    path("desk/privacy/", officer.processing_register, name="privacy-register"),
    path("desk/privacy/register.csv", officer.processing_register_csv, name="privacy-register-csv"),
    path("desk/privacy/impact/", officer.impact_assessment, name="privacy-impact"),
    path("desk/privacy/clock/", clock.clock, name="privacy-clock"),
    path("desk/privacy/clock/<slug:code>/", clock.clock_term, name="privacy-clock-term"),
    path("desk/privacy/incidents/new/", officer.incident_edit, name="incident-create"),
    path("desk/privacy/incidents/<int:pk>/", officer.incident_edit, name="incident-detail"),
]
