"""How long the way back from a file is kept, and with it the single rows it brought."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.terms import Interval, Over, Term, deleting
from crm.activities.describing import kinds_of_activities
from crm.activities.models import AlsoIn, NamelessVisit
from crm.activities.undoing import DAYS, days_of_file
from crm.imports.models import ImportBatch

#: The name of the term of visits without names.
NAMELESS_VISITS = "nameless-visits"


def also_in(over: Over):
    """Which rows stand in a file that came before ``over.before``, as rows of AlsoIn; the
    activities themselves are none of them. Runs no statement.
    """
    return AlsoIn.objects.filter(batch__merged_at__lt=over.before)


def nameless_visits(over: Over):
    """Visits without names of the days before that of ``over.before`` by the library's clock. Runs
    no statement.
    """
    return NamelessVisit.objects.filter(day__lt=timezone.localdate(over.before))


def local_midnight(day: date) -> datetime:
    """The moment at which ``day`` begins by the library's clock, with its zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def still_to_be_undone() -> tuple[Interval, ...]:
    """(from, to) of the days that a file told of which came in the last DAYS days: its rows stay
    single as long as it may be taken back. One statement.
    """
    kinds = [kind.code for kind in kinds_of_activities() if not kind.by_month]
    young = timezone.now() - timedelta(days=DAYS)
    done = ImportBatch.objects.filter(
        takes__in=kinds, state=ImportBatch.State.DONE, merged_at__gt=young
    )
    found = []
    for batch in done:
        told = days_of_file(batch)
        if told:
            end = local_midnight(told.last + timedelta(days=1))
            found.append((local_midnight(told.first), end))
    return tuple(found)


TERMS = [
    Term(
        code="also-in",
        title=_("Which rows stand in several files"),
        models=("crm.AlsoIn",),
        becomes=_("removed; the files cannot be taken back any more"),
        default=DAYS,
        least=DAYS,
        most=DAYS,
        **deleting(also_in),
    ),
    Term(
        code=NAMELESS_VISITS,
        title=_("Visits without names"),
        models=("crm.NamelessVisit",),
        becomes=_("removed"),
        default=400,
        least=62,
        most=1100,
        **deleting(nameless_visits),
    ),
]
STILL_NEEDED = [still_to_be_undone]
