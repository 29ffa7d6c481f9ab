"""The models of crm, re-exported for Django: each lives in its room."""

from crm.accounts.models import ApiToken, BrowserSession, KeptForm
from crm.activities.models import AlsoIn, NamelessVisit
from crm.clock.models import ChosenTerm, Night
from crm.collections.models import FormerList, ListedCollection, ListedLoan
from crm.eresources.models import PlatformUsage, UsageReport
from crm.imports.models import ImportBatch, ImportChange, ImportProfile, ImportRefusal
from crm.jobs.models import Job
from crm.letters.models import Letter
from crm.library.models import LibrarySettings
from crm.merges.models import JoinedRecord, MergedRow, NotTwins
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
    MonthCount,
    Notice,
    NumberSystem,
    Reader,
    Suppression,
)
from crm.receipts.models import FormReceipt, KeptAnswer
from crm.registers.models import (
    Department,
    DepartmentMember,
    FollowedAccount,
    FollowerCount,
    SpecialDays,
    TeachingTerm,
)
from crm.rfc.models import Score, ScoreBrackets, ScoreRun
from crm.segments.models import Segment, SegmentLog, SegmentMember, SegmentPin
from crm.sources.models import CoveredSpan, DataSource
from crm.staff.models import AuditEvent, Bucket, Campus, College, GuessCounter, User
from crm.standings.models import Standing
from crm.subscribers.models import Subscriber
from crm.tallies.models import Tally

__all__ = [
    "ListedCollection",
    "ListedLoan",
    "NamelessVisit",
    "PlatformUsage",
    "UsageReport",
    "Activity",
    "AlsoIn",
    "ApiToken",
    "Assessment",
    "AuditEvent",
    "BrowserSession",
    "ChosenTerm",
    "Bucket",
    "Campus",
    "College",
    "ConsentEvent",
    "CoveredSpan",
    "Correction",
    "Department",
    "DepartmentMember",
    "Departure",
    "Erasure",
    "FoldedMonth",
    "FollowedAccount",
    "FollowerCount",
    "FoldedRef",
    "FormerList",
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
    "JoinedRecord",
    "MergedRow",
    "MonthCount",
    "NewAddress",
    "Night",
    "NotTwins",
    "Notice",
    "NumberSystem",
    "Reader",
    "FormReceipt",
    "KeptAnswer",
    "Score",
    "ScoreBrackets",
    "ScoreRun",
    "Segment",
    "SegmentLog",
    "SegmentMember",
    "SegmentPin",
    "SpecialDays",
    "Standing",
    "DataSource",
    "Subscriber",
    "Suppression",
    "Tally",
    "TeachingTerm",
    "User",
]
