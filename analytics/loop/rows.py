"""From a figure down to the rows it rests on."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import ExtractHour

from analytics.loop import storage
from analytics.loop.models import Finding
from campaigns.sending.models import Delivery
from crm.readers.models import Reader


def rows_of(finding: Finding, user) -> QuerySet:
    """Deliveries behind ``finding``, newest first, of readers ``user`` may open; those held out are
    among them only where the finding compares with them.
    """
    wanted = storage.row_filter_of(finding)
    rows = Delivery.objects.filter(
        content__campaign_id=finding.evaluation.campaign_id,
        reader__in=Reader.objects.visible_to(user),
    )
    # The comparison with the holdout rests on every row, sent or held out.
    if not wanted.comparison:
        rows = rows.filter(state=Delivery.State.SENT)
    if wanted.channel:
        rows = rows.filter(content__channel__code=wanted.channel)
    if wanted.segment:
        rows = _in_segment(rows, wanted.segment)
    if wanted.hour is not None:
        hour = ExtractHour("sent_at", tzinfo=ZoneInfo(settings.TIME_ZONE))
        rows = rows.annotate(hour=hour).filter(hour=wanted.hour)
    return rows.select_related("reader", "content__channel").order_by("-sent_at", "pk")


def _in_segment(rows: QuerySet, segment: int) -> QuerySet:
    """Those of ``rows`` that belong to a segment: by the segments frozen at the launch, or of a
    segment nobody chose, by its members now.
    """
    frozen = rows.filter(segment_ids__contains=[segment])
    if frozen.exists():
        return frozen
    return rows.filter(reader__memberships__segment_id=segment)
