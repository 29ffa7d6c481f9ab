"""The readers' models: the person with their word and their deeds, the notice, who looked."""

from crm.readers.models.activity import Activity, FoldedMonth, FoldedRef, MonthCount
from crm.readers.models.consent import (
    ADDRESS_FIELDS,
    BETWEEN,
    COVERED,
    ConsentEvent,
    ContactChannel,
    Purpose,
    StopReason,
    Suppression,
    parts_of,
    permission,
    permissions,
    permissions_for,
)
from crm.readers.models.identity import Identity, NumberSystem
from crm.readers.models.look import Look, LookPlace, LookReason
from crm.readers.models.notice import Notice
from crm.readers.models.reader import (
    LAST_DIGITS,
    FormerAddress,
    Reader,
    ReaderQuerySet,
    allowed_by,
    is_stopped,
    last_digits,
)

__all__ = [
    "ADDRESS_FIELDS",
    "BETWEEN",
    "COVERED",
    "LAST_DIGITS",
    "Activity",
    "ConsentEvent",
    "ContactChannel",
    "FoldedMonth",
    "FoldedRef",
    "FormerAddress",
    "Identity",
    "Look",
    "LookPlace",
    "LookReason",
    "MonthCount",
    "Notice",
    "NumberSystem",
    "Purpose",
    "Reader",
    "ReaderQuerySet",
    "StopReason",
    "Suppression",
    "allowed_by",
    "is_stopped",
    "last_digits",
    "permission",
    "parts_of",
    "permissions",
    "permissions_for",
]
