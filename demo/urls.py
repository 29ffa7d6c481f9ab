from django.urls import path

from demo import views

app_name = "demo"

urlpatterns = [
    path("desk/_kit/", views.kit, name="kit"),
    path("desk/mailbox/", views.mailbox, name="mailbox"),
    path("desk/mailbox/<str:name>/", views.mailbox_letter, name="mailbox-letter"),
]
