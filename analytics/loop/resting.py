"""What of the evaluations rests on the days of one source."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.loop import storage
from analytics.loop.figures.shapes import LiftSilence, Results
from analytics.loop.inputs.statements import OUTCOME_KINDS
from analytics.loop.models import Evaluation
from analytics.loop.words import value_text
from campaigns.plan.models import Campaign, Standard
from crm.sources.gaps import Gap, Resting
from crm.staff.models import User

#: So many evaluations are looked into, the newest first.
MOST_TOLD = 5


def rests_on(gap: Gap, user: User) -> Iterator[Resting]:
    """Effect, standards and proposals of campaigns whose window has days of ``gap``.

    Nothing for whoever may not see evaluations, and for a gap in kinds of activity that are no
    outcome.
    """
    if not user.can("insight.view") or not gap.counts(OUTCOME_KINDS):
        return
    for evaluation in evaluations_over(gap, user):
        yield from of_evaluation(evaluation)


def evaluations_over(gap: Gap, user: User) -> list[Evaluation]:
    """The last evaluation of each campaign that ran on days of ``gap``, newest first, ``MOST_TOLD``
    at most. One that was made before the gap began is not among them.
    """
    ran = Campaign.objects.visible_to(user).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=gap.first), starts_on__lte=gap.last
    )
    newest = Evaluation.objects.visible_to(user).filter(campaign__in=ran).defer("inputs")
    newest = newest.order_by("campaign_id", "-number").distinct("campaign_id")
    found = newest.select_related("campaign")
    overlapping = [one for one in found if timezone.localdate(one.as_of) > gap.first]
    return sorted(overlapping, key=lambda one: one.as_of, reverse=True)[:MOST_TOLD]


def of_evaluation(evaluation: Evaluation) -> Iterator[Resting]:
    """What of one evaluation rests on the days of a gap: the effect with the standard that asks for
    it, then what is not touched.

    Where the effect was measured all the same, it is the one line.
    """
    results = storage.results_as_told(evaluation.results)
    about = {"url": evaluation.get_absolute_url()}
    named = {"campaign": evaluation.campaign}
    metrics = {result.standard.metric for result in results.standards}

    effect = _("Effect of “%(campaign)s”") % named
    if results.lift.why != LiftSilence.NOT_RECORDED:
        yield untouched(effect, now=effect_now(results), **about)
        return
    after = _("measured by the next evaluation")
    yield Resting(name=effect, now=_("not measured"), after=after, **about)
    if Standard.Metric.LIFT in metrics:
        yield Resting(
            name=_("Standard “%(standard)s”") % {"standard": Standard.Metric.LIFT.label},
            now=_("cannot be judged, so nothing is proposed from it"),
            after=_("judged by the next evaluation"),
            **about,
        )
    if metrics - {Standard.Metric.LIFT}:
        others = _("Other standards of “%(campaign)s”") % named
        yield untouched(others, now=_("rest on what the portal notes itself"), **about)


def untouched(name: str, *, now: str, url: str) -> Resting:
    """Said so that nobody has to wonder."""
    return Resting(name=name, url=url, now=now, after=_("unchanged"), touched=False)


def effect_now(results: Results) -> str:
    """The effect as the report tells it, with its unit; in words where it says nothing."""
    if not results.difference.says:
        return _("cannot be said, for other reasons")
    return value_text(results.difference.value, results.difference.measure)
