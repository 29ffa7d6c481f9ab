"""What the page of a segment says beside its rule and its members."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.segments.models import Segment, SegmentPin


def why_stale(segment: Segment) -> str:
    """Why the stored members may not be those of now, in a sentence; "" where they are."""
    if not segment.is_stale:
        return ""
    if segment.refreshed_at is None:
        return _("The members have not been computed yet.")
    if segment.refreshed_version != segment.version:
        return _("The rule was changed after the members were computed.")
    return _("The members are more than a day old.")


@dataclass(frozen=True)
class PinShown:
    """A decision by hand with who decided it and on which day; a dash for a person unknown."""

    pin: SegmentPin
    decided: str


def pin_shown(pin: SegmentPin) -> PinShown:
    """The decision as its line shows it, in the current language."""
    day = date_format(timezone.localtime(pin.at), "DATE_FORMAT")
    return PinShown(pin, _("%(who)s, %(day)s") % {"who": pin.by or "–", "day": day})
