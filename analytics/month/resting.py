"""Which figures of a month rest on the days of one source."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.month.figures import Month
from analytics.month.recorded import KINDS_OF
from analytics.month.words import OnLastYear, metric_name, on_last_year
from core.numbers import number
from crm.readers.models import Activity
from crm.sources.gaps import Gap, Resting
from crm.staff.models import User
from crm.tallies.models import TallyMeasure


def rests_on(gap: Gap, user: User) -> Iterator[Resting]:
    """The tiles of the month, the chart of what readers did, complaints per visit, as far as they
    count what the source tells of; and contributors, which do not change. Nothing for a user who
    may see no figures.
    """
    if not user.can("insight.view"):
        return
    month = Month(gap.month, user.campus_id)
    url = reverse("analytics:month-detail", args=[f"{gap.month:%Y-%m}"])
    for metric, kinds in KINDS_OF.items():
        if gap.counts(kinds):
            yield Resting(
                name=metric_name(metric),
                url=url,
                now=tile_now(month, metric),
                after=_("the whole number, compared again"),
            )
    if gap.counts(Activity.Kind.values):
        yield Resting(
            name=_("Chart of what readers did"),
            url=f"{url}#activities",
            now=_("a gap, no line to zero"),
            after=_("drawn through"),
        )
    if gap.tells([Activity.Kind.VISIT, TallyMeasure.VISITS]):
        yield Resting(
            name=_("Complaints per 1,000 visits"),
            url=f"{url}#voices",
            now=_("cannot be said"),
            after=_("computed"),
        )
    yield Resting(
        name=metric_name("contributors"),
        url=url,
        now=_("noted by the portal itself"),
        after=_("unchanged"),
        touched=False,
    )


def tile_now(month: Month, metric: str) -> str:
    """What a tile says as long as days are missing: "at least 40, no comparison with last year is
    possible"; only why there is no number where none may be told.
    """
    value = month.count(metric)
    if not value.is_known:
        return str(value)
    change = month.change(metric)
    said = {
        OnLastYear.RUNNING: _(
            "at least %(n)s, not comparable with last year before the month ends"
        ),
        OnLastYear.UNKNOWN: _("at least %(n)s, no comparison with last year is possible"),
        OnLastYear.SAME: _("at least %(n)s, as many as in the same month last year"),
        OnLastYear.MORE: _("at least %(n)s, %(change)s more than in the same month last year"),
        OnLastYear.FEWER: _("at least %(n)s, %(change)s fewer than in the same month last year"),
    }
    sentence = said[on_last_year(change, is_running=month.is_running)]
    return sentence % {"n": value, "change": number(abs(change or 0))}
