"""The page map: the four apps, the API, sign-in, the admin. The API's names stand in the namespace
``api``.
"""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView
from django.views.i18n import set_language
from rest_framework.routers import SimpleRouter

from analytics.loop.api import CampaignResultView
from campaigns.plan.api import CampaignViewSet
from crm.accounts.api import TokenView
from crm.activities.api import ActivityView
from crm.readers.api import ReaderViewSet
from crm.segments.api import SegmentViewSet
from crm.sources.api import CoverageView
from crm.staff.api_docs import SchemaView, api_docs
from feedback.surveys.api import SurveyResultView

# One way in: the admin sends to the sign-in page, with its lock-out, second factor and audit row.
admin.site.login = secure_admin_login(admin.site.login)
# The old password asked there would be one more place to guess it.
admin.site.password_change = RedirectView.as_view(pattern_name="account_change_password")
handler500 = "config.middleware.server_error"

router = SimpleRouter(use_regex_path=False)
router.register("readers", ReaderViewSet, "reader")
router.register("segments", SegmentViewSet, "segment")
router.register("campaigns", CampaignViewSet, "campaign")

api = [
    path("token/", TokenView.as_view(), name="token"),
    path("activities/", ActivityView.as_view(), name="activities"),
    path("results/campaigns/<int:pk>/", CampaignResultView.as_view(), name="campaign-results"),
    path("results/surveys/<int:pk>/", SurveyResultView.as_view(), name="survey-results"),
    path("coverage/", CoverageView.as_view(), name="coverage"),
    path("schema/", SchemaView.as_view(), name="schema"),
    *router.urls,
]

urlpatterns = [
    path("", include("feedback.urls")),
    path("", include("crm.urls")),
    path("", include("campaigns.urls")),
    path("", include("analytics.urls")),
    path("api/v1/docs/", api_docs, name="api-docs"),
    path("api/v1/", include((api, "api"))),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]
# Browsers ask for it on pages that name no picture: Django's admin, a file.
favicon = RedirectView.as_view(url=lazy(static, str)("img/favicon.svg"))
urlpatterns.append(path("favicon.ico", login_not_required(favicon), name="favicon"))
if settings.DEMO:
    urlpatterns.append(path("", include("demo.urls")))
