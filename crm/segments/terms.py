"""How long it is kept who was in which segment, and what segments once asked for."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile, Over, Term, deleting
from crm.segments.models import Segment, SegmentLog

RULES = "crm.SegmentNameDescriptionRuleVersionEvent"
#: The kind that the log is: ``crm/segments/growth.py`` asks since when it is whole.
LOG = "segment-log"
FORGET_RULES = "SELECT huixiang_forget_rules(%s, %s)"


def log(over: Over):
    """Entries and departures that lie behind the term."""
    return SegmentLog.objects.filter(at__lt=over.before)


def rules_due(over: Over) -> int:
    """How many earlier wordings of rules lie behind the term."""
    return Segment.pgh_event_model.objects.filter(pgh_created_at__lt=over.before).count()


def forget_rules(over: Over) -> int:
    """Histories are only added to; the owner's function removes."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_RULES, [over.before, over.most])
        return cursor.fetchone()[0]


TERMS = [
    Term(
        code=LOG,
        title=_("Who came into a segment and left it"),
        models=("crm.SegmentLog",),
        becomes=_("removed; who is in it now stays"),
        default=365,
        least=30,
        most=3650,
        **deleting(log),
    ),
    Term(
        code="segment-rules",
        title=_("Earlier rules of segments, and who wrote them"),
        models=(RULES,),
        becomes=_("removed; the rule of today stays"),
        default=1095,
        least=180,
        most=3650,
        due=rules_due,
        remove=forget_rules,
        by_owner=True,
    ),
]
KEPT_WHILE = [
    KeptWhile(("crm.SegmentMember", "crm.SegmentPin"), _("as long as the reader is in the segment"))
]
