"""From a figure down to the rows it rests on."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import ExtractHour
from django.utils.translation import gettext as _

from analytics.loop import storage
from analytics.loop.find import RowFilter
from analytics.loop.models import Evaluation, Finding
from campaigns.sending.models import Delivery
from campaigns.sending.queries import IN_NO_ARM
from core.listing import whole_number
from crm.readers.models import Reader


def rows_of(finding: Finding, user) -> QuerySet:
    """Deliveries behind ``finding``, newest first, of readers ``user`` may open; those held out are
    among them only where the finding compares with them.
    """
    return mails_of(finding.evaluation, storage.row_filter_of(finding), user)


def mails_of(evaluation: Evaluation, wanted: RowFilter, user) -> QuerySet:
    """Deliveries an evaluation counts, narrowed, newest first, of readers ``user`` may open.

    As the evaluation counts them: sent by its moment, without readers who switched analytics about
    themselves off and those who were in no arm. Readers erased since are counted and not listed.
    """
    rows = Delivery.objects.filter(
        content__campaign_id=evaluation.campaign_id,
        reader__in=Reader.objects.visible_to(user),
        reader__analytics=True,
    ).exclude(reason__in=IN_NO_ARM)
    # The comparison with the holdout rests on every row, sent or held out.
    if not wanted.comparison:
        until = storage.window_of(evaluation).end
        rows = rows.filter(state=Delivery.State.SENT, sent_at__lt=until)
    if wanted.channel:
        rows = rows.filter(content__channel__code=wanted.channel)
    if wanted.segment:
        rows = _in_segment(rows, wanted.segment)
    if wanted.hour is not None:
        hour = ExtractHour("sent_at", tzinfo=ZoneInfo(settings.TIME_ZONE))
        rows = rows.annotate(hour=hour).filter(hour=wanted.hour)
    if wanted.readers:
        rows = _each_reader_once(rows)
    return rows.select_related("reader", "content__channel").order_by("-sent_at", "pk")


def counted_mails(asked: Mapping[str, str]) -> RowFilter:
    """What a link of the report narrows its rows to; an unknown value narrows nothing."""
    return RowFilter(
        comparison=asked.get("of") == "drawn",
        readers=asked.get("of") == "readers",
        channel=asked.get("channel") or None,
        segment=whole_number(asked.get("segment"), None, least=1),
        hour=whole_number(asked.get("hour"), None, most=23),
    )


def counted_in_words(wanted: RowFilter) -> str:
    """What the list of rows holds, in one sentence."""
    if wanted.comparison:
        return _("The mails of both arms: readers drawn to be addressed, and those held out.")
    if wanted.readers:
        return _("The readers reached, each once with the newest mail.")
    return _("The mails that were sent, as the report counts them.")


def _each_reader_once(rows: QuerySet) -> QuerySet:
    """The newest of each reader's mails: what is counted are readers."""
    newest = rows.order_by("reader_id", "-sent_at", "pk").distinct("reader_id")
    return Delivery.objects.filter(pk__in=newest.values("pk"))


def _in_segment(rows: QuerySet, segment: int) -> QuerySet:
    """Those of ``rows`` that belong to a segment: by the segments frozen at the launch, or of a
    segment nobody chose, by its members now.
    """
    frozen = rows.filter(segment_ids__contains=[segment])
    if frozen.exists():
        return frozen
    return rows.filter(reader__memberships__segment_id=segment)
