from django.urls import path

from crm.setup import views

urlpatterns = [
    path("desk/setup/", views.setup, name="setup"),
    path("desk/setup/away/", views.setup_away, name="setup-away"),
    path("desk/library/mail/", views.mail_settings, name="mail-settings"),
    path("desk/library/mail/test/", views.mail_test, name="mail-test"),
    path("desk/library/mail/results/", views.mail_test_results, name="mail-test-results"),
]
