"""All routes of the API. The names stand in the namespace ``api``, the page of documentation outside it."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from analytics.api.docs import api_docs
from analytics.api.results import CampaignResultView
from campaigns.api import CampaignViewSet
from crm.api.readers import ReaderViewSet
from crm.api.rest import Needs
from crm.api.segments import SegmentViewSet
from crm.api.tokens import TokenView
from feedback.api import SurveyResultView

router = SimpleRouter(use_regex_path=False)
router.register("readers", ReaderViewSet, "reader")
router.register("segments", SegmentViewSet, "segment")
router.register("campaigns", CampaignViewSet, "campaign")


@extend_schema_view(get=extend_schema(summary=_("This description, as OpenAPI 3")))
class SchemaView(SpectacularAPIView):
    permission_classes = [Needs]
    needs = "insight.view"


routes = [
    path("token/", TokenView.as_view(), name="token"),
    path("results/campaigns/<int:pk>/", CampaignResultView.as_view(), name="campaign-results"),
    path("results/surveys/<int:pk>/", SurveyResultView.as_view(), name="survey-results"),
    path("schema/", SchemaView.as_view(), name="schema"),
    *router.urls,
]
urlpatterns = [
    path("docs/", api_docs, name="api-docs"),
    path("", include((routes, "api"))),
]
