"""Every version of the formulas that stored evaluations were computed by.

A new version is added when the meaning of a figure changes; evaluations stored before it keep
theirs, so that a report opened years later prints the figures it was read with. What two versions
differ in stands in ``analytics.loop.rules``.
"""

from analytics.loop.figures import computing
from analytics.loop.figures.shapes import Results
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.judging.computing import effect_in, judge
from analytics.loop.judging.shapes import Judgement
from analytics.loop.rules import rule_of


def compute(inputs: Inputs) -> Results:
    """The figures of ``inputs`` by the version they name. Raises KeyError for an unknown one."""
    return computing.compute(inputs, rule_of(inputs.version))


def conclude(inputs: Inputs, results: Results) -> Judgement:
    """What is concluded, exact: for proposals, never to be shown. ``results``: of ``inputs``."""
    rule = rule_of(inputs.version)
    channels = computing.counted_channels(results, inputs.earlier)
    return judge(inputs, effect_in(inputs, rule), channels, rule)
