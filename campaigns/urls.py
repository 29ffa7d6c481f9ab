from django.urls import include, path

app_name = "campaigns"

urlpatterns = [
    path("", include("campaigns.plan.urls")),
    path("", include("campaigns.experiments.urls")),
    path("", include("campaigns.hosts.urls")),
    path("", include("campaigns.limits.urls")),
    path("", include("campaigns.contents.urls")),
    path("", include("campaigns.links.urls")),
    path("", include("campaigns.sending.urls")),
    path("", include("campaigns.deliverability.urls")),
    path("", include("campaigns.room.urls")),
]
