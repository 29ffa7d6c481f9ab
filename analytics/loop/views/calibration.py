"""The page on which the loop testifies against itself."""

from django.utils import timezone

from analytics.loop.checking import drawn, words
from analytics.loop.checking.testimony import testimony_for
from core.access import needs
from core.charts import page_or_file


@needs("insight.view")
def calibration(request):
    """How many promises held, by kind, what is weak evidence, and what was decided against the
    recommendation.
    """
    testimony = testimony_for(request.user)
    now = timezone.now()
    by_kind = [(one, drawn.of_kind(one, now)) for one in testimony.kinds]
    pictures = [chart for _one, chart in by_kind]
    held = None
    if testimony.checks:
        held = drawn.coverage(testimony, now)
    context = {
        "testimony": testimony,
        "summary": words.summary(testimony),
        "by_kind": by_kind,
        "held": held,
        "now": now,
    }
    template = "analytics/loop/calibration.html"
    return page_or_file(request, template, context, [*pictures, held])
