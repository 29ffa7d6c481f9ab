from django.urls import include, path

app_name = "feedback"

urlpatterns = [
    path("", include("feedback.surveys.urls")),
    path("", include("feedback.voices.urls")),
    path("", include("feedback.calls.urls")),
    path("", include("feedback.portal.urls")),
]
