"""The figures of an evaluation that is stored, as they may be told now."""

from analytics.loop import storage
from analytics.loop.figures.shapes import Results
from analytics.loop.leading import Leads
from analytics.loop.models import Evaluation
from analytics.loop.readings import NOWHERE, Readings
from campaigns.plan.models import Standard


def readings_of(evaluation: Evaluation, viewer=None) -> Readings:
    """The figures of a stored evaluation as they may be told now, leading where ``viewer`` may go;
    without one they lead nowhere. Asks for the evaluation's campaign.
    """
    results = storage.results_as_told(evaluation.results)
    leads = NOWHERE
    if viewer is not None:
        leads = Leads(
            evaluation=evaluation.pk,
            campaign=evaluation.campaign_id,
            surveys=tuple(survey.survey for survey in results.surveys),
            calls=_calls_of(evaluation, results),
            opens_readers=viewer.can("readers.view"),
        )
    return Readings(results, leads, storage.is_provisional(evaluation))


def _calls_of(evaluation: Evaluation, results: Results) -> tuple[int, ...]:
    """Keys of the campaign's calls for works, where a standard asks who contributed; one statement
    there, none for any other report.
    """
    metrics = {result.standard.metric for result in results.standards}
    if Standard.Metric.CONTRIBUTORS not in metrics:
        return ()
    return tuple(evaluation.campaign.calls.values_list("pk", flat=True).order_by("pk"))
