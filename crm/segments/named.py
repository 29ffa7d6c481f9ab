"""The figure of a segment by its name (core/measures.py)."""

from django.utils.translation import gettext_lazy as _

from core.measures import CountedIn, CountedOver, NamedMeasure

SIZE = NamedMeasure(
    key="segment.size",
    label=_("Readers in the segment"),
    counted=_("readers whom the segment's rule found when it was last refreshed"),
    unit=CountedIn.PERSONS,
    window=CountedOver.ALL,
    source="crm.Segment.size",
    rows=_("the segment's readers"),
)
MEASURES = [SIZE]
