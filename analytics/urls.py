from django.urls import include, path

app_name = "analytics"

urlpatterns = [
    path("", include("analytics.published.urls")),
    path("", include("analytics.loop.urls")),
    path("", include("analytics.worlds.urls")),
    path("", include("analytics.month.urls")),
    path("", include("analytics.compass.urls")),
    path("", include("analytics.today.urls")),
]
