"""The one border between the loop's types and what the database keeps of them.

Evaluations keep inputs and results as JSON in the shape of 0.1, findings and adjustments keep their
subject as a text. Nothing outside this package reads or writes those shapes.
"""

from analytics.loop.storage.findings import (
    adjustment_of,
    direction_of,
    finding_of,
    row_filter_of,
    subject_of,
    target_of,
)
from analytics.loop.storage.inputs import (
    digest,
    inputs_from_json,
    inputs_to_json,
    judged_digest,
    observed_digest,
)
from analytics.loop.storage.outcomes import ComparedOutcome, outcome_of, with_outcome
from analytics.loop.storage.results import results_from_json, results_to_json
from analytics.loop.storage.subjects import subject_from_text, subject_to_text
from analytics.loop.storage.told import (
    costs_are_planned,
    figure_of,
    is_provisional,
    promise_of,
    results_as_told,
    results_for_everybody,
    window_of,
)

__all__ = [
    "ComparedOutcome",
    "adjustment_of",
    "costs_are_planned",
    "digest",
    "figure_of",
    "finding_of",
    "inputs_from_json",
    "inputs_to_json",
    "judged_digest",
    "observed_digest",
    "direction_of",
    "is_provisional",
    "outcome_of",
    "promise_of",
    "results_as_told",
    "results_for_everybody",
    "results_from_json",
    "results_to_json",
    "row_filter_of",
    "subject_from_text",
    "subject_of",
    "subject_to_text",
    "target_of",
    "window_of",
    "with_outcome",
]
