"""The readers' models: the person with their word and their deeds, the notice, who looked."""

from crm.readers.models.activity import Activity, FoldedMonth, FoldedRef
from crm.readers.models.look import Look, LookPlace, LookReason
from crm.readers.models.notice import Notice
from crm.readers.models.reader import (
    ADDRESS_FIELDS,
    BETWEEN,
    COVERED,
    ConsentEvent,
    ContactChannel,
    Purpose,
    Reader,
    Suppression,
    allowed_by,
    permission,
    permissions,
)

__all__ = [
    "ADDRESS_FIELDS",
    "BETWEEN",
    "COVERED",
    "Activity",
    "ConsentEvent",
    "ContactChannel",
    "FoldedMonth",
    "FoldedRef",
    "Look",
    "LookPlace",
    "LookReason",
    "Notice",
    "Purpose",
    "Reader",
    "Suppression",
    "allowed_by",
    "permission",
    "permissions",
]
