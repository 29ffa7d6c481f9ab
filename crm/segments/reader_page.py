"""In which segments a reader is, and why, for the page of the reader."""

from crm.readers.parts import PageSection, ReaderPart
from crm.segments.grounds import memberships_of

TEMPLATE = "crm/segments/_why_in_segments.html"


def part_of(reader, viewer) -> ReaderPart:
    """The segments with their grounds. A fixed number of statements."""
    return ReaderPart(side=(PageSection(TEMPLATE, {"found": memberships_of(reader)}),))


PARTS = [part_of]
