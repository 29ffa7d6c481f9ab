from crm.models.activity import Activity
from crm.models.audit import AuditEvent, SignInFailure
from crm.models.imports import ImportBatch, ImportChange, ImportProfile, ImportRefusal
from crm.models.job import Job
from crm.models.people import Campus, College, ConsentEvent, Reader, Suppression, User
from crm.models.segment import Segment, SegmentLog, SegmentMember, SegmentPin

__all__ = [
    "Activity",
    "AuditEvent",
    "Campus",
    "College",
    "ConsentEvent",
    "ImportBatch",
    "ImportChange",
    "ImportProfile",
    "ImportRefusal",
    "Job",
    "Reader",
    "Segment",
    "SegmentLog",
    "SegmentMember",
    "SegmentPin",
    "SignInFailure",
    "Suppression",
    "User",
]
