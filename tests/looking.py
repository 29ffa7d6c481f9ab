"""Staff who have said why they look, in one place for all tests that open a person's page."""

from crm.readers.looks import look_at_one
from crm.readers.models import Look, Reader


def said_why(reader: Reader, *, by, reason: str = "enquiry") -> Look:
    """``by`` has opened the page of ``reader`` today, for this reason: it is not asked again."""
    return look_at_one(reader, by=by, reason=reason)
