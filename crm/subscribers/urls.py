from django.urls import path

from crm.subscribers import views

urlpatterns = [
    path("subscribe/", views.subscribe, name="subscribe"),
    path("subscribe/asked/", views.subscribe_asked, name="subscribe-asked"),
    path(
        "subscription/confirm/<str:link>/", views.subscription_confirm, name="subscription-confirm"
    ),
    path("subscription/<str:key>/<slug:purpose>/", views.subscription, name="subscription"),
    path("desk/subscribers/", views.subscriber_page, name="subscriber-page"),
    path("desk/subscribers/forget/", views.subscriber_forget, name="subscriber-forget"),
]
