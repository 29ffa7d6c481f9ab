"""Who may open which page of config."""

from tests.permissions import Access

STAFF = "librarian manager administrator"
READER = {"make": lambda w: {"pk": w.reader.pk}}
SEGMENT = {"make": lambda w: {"pk": w.segment.pk}}

MATRIX: dict[str, Access] = {
    "api-docs": Access(STAFF),
    "api:schema": Access(STAFF),
    "api:coverage": Access(STAFF),
    "api:activities": Access(STAFF, post=True),
    "api:token": Access("public", post=True),
    "favicon": Access("public"),
    "api:reader-list": Access(STAFF),
    "api:reader-detail": Access(STAFF, **READER),
    "api:segment-list": Access(STAFF),
    "api:segment-detail": Access(STAFF, **SEGMENT),
    "api:segment-count": Access(STAFF, post=True),
    "api:segment-refresh": Access(STAFF, post=True, **SEGMENT),
    "api:segment-members": Access(STAFF, **SEGMENT),
    "api:campaign-list": Access(STAFF),
    "api:campaign-detail": Access(STAFF, make=lambda w: {"pk": w.campaign.pk}),
    "api:campaign-results": Access(STAFF, make=lambda w: {"pk": w.evaluation.campaign_id}),
    "api:survey-results": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
}
