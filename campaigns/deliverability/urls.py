from django.urls import path

from campaigns.deliverability import views

urlpatterns = [
    path("desk/mail/", views.deliverability, name="deliverability"),
]
