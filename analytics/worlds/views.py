"""The page "does the loop work?"."""

from django.shortcuts import render

from analytics.worlds.last_run import last_runs
from analytics.worlds.words import summary, told_runs
from core.access import needs


@needs("insight.view")
def worlds(request):
    """What the loop made of worlds whose answers are known, at the last run of each."""
    runs = told_runs(last_runs())
    return render(request, "analytics/worlds/worlds.html", {"runs": runs, "summary": summary(runs)})
