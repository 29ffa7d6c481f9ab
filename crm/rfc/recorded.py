"""What recency and frequency rest on: whether what readers did was recorded on all days."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.rfc.models import ScoreRun
from crm.rfc.queries import Part, kinds_of, last_run
from crm.sources.coverage import kinds_recorded
from crm.sources.gaps import Gap, Resting
from crm.sources.words import lines_of
from crm.staff.models import User


def unrecorded(run: ScoreRun) -> list[str]:
    """One sentence for each kind of use that is not recorded on all days that ``run`` counted:
    readers who came then are placed lower than they belong. Empty where all is recorded. A kind
    that the library records nowhere is missed only where it records none. Three statements.
    """
    day = timezone.localdate(run.computed_at) - timedelta(days=1)
    used = kinds_of(Part.USE)
    recorded = kinds_recorded(used)
    kinds = [kind for kind in used if kind in recorded] or used
    return lines_of(kinds, min(run.counted_since, day), day)


def rests_on(gap: Gap, user: User) -> Iterator[Resting]:
    """The map, where the days of ``gap`` are among those it counted; nothing before the first run,
    and for who may not see segments.
    """
    run = last_run()
    if run is None or not user.can("segments.view") or not gap.counts(kinds_of(Part.USE)):
        return
    if gap.last >= run.counted_since:
        yield Resting(
            name=_("Recency and frequency"),
            url=reverse("crm:score-map"),
            now=_("who came on these days is placed lower than they belong"),
            after=_("placed anew in the night"),
        )
