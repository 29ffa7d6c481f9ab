"""Every version of the formulas that stored evaluations were computed by.

A new version is added when the meaning of a figure changes; evaluations stored before it keep
theirs, so that a report opened years later prints the figures it was read with.
"""

from collections.abc import Callable

from analytics.loop import figures
from analytics.loop.figures.shapes import Results
from analytics.loop.inputs.shapes import Inputs

FORMULAS: dict[str, Callable[[Inputs], Results]] = {"0.1": figures.compute}


def compute(inputs: Inputs) -> Results:
    """The figures of ``inputs`` by the version they name. Raises KeyError for an unknown one."""
    return FORMULAS[inputs.version](inputs)
