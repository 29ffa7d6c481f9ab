from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

# One way in: the admin sends to the sign-in page, with its lock-out, second factor and audit row.
admin.site.login = secure_admin_login(admin.site.login)
handler500 = "config.middleware.server_error"

urlpatterns = [
    path("", include("feedback.urls")),
    path("", include("crm.urls")),
    path("", include("campaigns.urls")),
    path("", include("analytics.urls")),
    path("api/v1/", include("analytics.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]
