"""The figure of a segment by its name (core/measures.py)."""

from django.utils.translation import gettext_lazy as _

from core.measures import NamedMeasure, Unit, Window

SIZE = NamedMeasure(
    key="segment.size",
    label=_("Readers in the segment"),
    counted=_("readers whom the segment's rule found when it was last refreshed"),
    unit=Unit.PERSONS,
    window=Window.ALL,
    source="crm_segment.size",
    rows=_("the segment's readers"),
)
MEASURES = [SIZE]
