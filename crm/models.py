"""The models of crm, re-exported for Django: each lives in its room."""

from crm.accounts.models import ApiToken, BrowserSession, KeptForm
from crm.clock.models import ChosenTerm, Night
from crm.imports.models import ImportBatch, ImportChange, ImportProfile, ImportRefusal
from crm.jobs.models import Job
from crm.letters.models import Letter
from crm.library.models import LibrarySettings
from crm.privacy.models import (
    Assessment,
    Correction,
    Departure,
    Erasure,
    Incident,
    NewAddress,
)
from crm.readers.models import (
    Activity,
    ConsentEvent,
    FoldedMonth,
    FoldedRef,
    Identity,
    Look,
    Notice,
    NumberSystem,
    Reader,
    Suppression,
)
from crm.receipts.models import FormReceipt
from crm.segments.models import Segment, SegmentLog, SegmentMember, SegmentPin
from crm.staff.models import AuditEvent, Bucket, Campus, College, GuessCounter, User

__all__ = [
    "Activity",
    "ApiToken",
    "Assessment",
    "AuditEvent",
    "BrowserSession",
    "ChosenTerm",
    "Bucket",
    "Campus",
    "College",
    "ConsentEvent",
    "Correction",
    "Departure",
    "Erasure",
    "FoldedMonth",
    "FoldedRef",
    "GuessCounter",
    "Identity",
    "ImportBatch",
    "ImportChange",
    "ImportProfile",
    "ImportRefusal",
    "Incident",
    "Job",
    "KeptForm",
    "LibrarySettings",
    "Letter",
    "Look",
    "NewAddress",
    "Night",
    "Notice",
    "NumberSystem",
    "Reader",
    "FormReceipt",
    "Segment",
    "SegmentLog",
    "SegmentMember",
    "SegmentPin",
    "Suppression",
    "User",
]
