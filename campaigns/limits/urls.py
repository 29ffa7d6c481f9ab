from django.urls import path

from campaigns.limits import views

urlpatterns = [
    path("desk/mail/rules/", views.mail_rules, name="mail-rules"),
]
