from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("feedback.urls")),
    path("", include("crm.urls")),
    path("", include("campaigns.urls")),
    path("", include("analytics.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
