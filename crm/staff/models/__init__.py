"""Staff and the library's parts: users with their roles, campuses, colleges; audit; sign-ins."""

from crm.staff.models.people import (
    APART,
    LONGEST_NAME,
    PAGES,
    AuditEvent,
    Bucket,
    GuessCounter,
    LikenessField,
    NameField,
    User,
    check_name,
)
from crm.staff.models.places import Campus, College, Lasting, Named

__all__ = [
    "APART",
    "LONGEST_NAME",
    "PAGES",
    "AuditEvent",
    "Bucket",
    "Campus",
    "College",
    "GuessCounter",
    "Lasting",
    "LikenessField",
    "NameField",
    "Named",
    "User",
    "check_name",
]
