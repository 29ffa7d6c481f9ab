"""Readers who borrowed from a listed collection, as a part of a segment's statement."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.collections.models import ListedCollection
from crm.segments.clauses import Clauses
from crm.segments.rule import Fault, Rule, RuleError, below


def borrowers_of(condition: Rule, as_of: datetime, path: str) -> tuple[str, list]:
    """(SQL selecting each reader_id once, parameters) of who borrowed from the condition's list, up
    to the day of ``as_of`` and from the first day that it names, if any.

    RuleError at ``list`` where the list is gone.
    """
    pk = condition["list"]
    if not ListedCollection.objects.filter(pk=pk).exists():
        raise RuleError(Fault(below(path, "list"), _("there is no such collection")))
    loans = Clauses()
    loans.add("collection_id = %s", pk)
    loans.add("day <= %s", timezone.localdate(as_of))
    if "since" in condition:
        loans.add("day >= %s::date", condition["since"])
    select = f"SELECT reader_id FROM crm_listedloan WHERE {loans.text} GROUP BY reader_id"
    return select, loans.params
