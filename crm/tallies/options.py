"""What is done with a file of counts, as ``ImportBatch.options`` keeps it."""

from dataclasses import dataclass

from crm.imports.source_options import SourceOptions

#: A row that stands twice is one that was written twice, or two that are added up.
ONCE, ADDED = "once", "added"


@dataclass(frozen=True)
class CountOptions(SourceOptions):
    """``data_source`` is the source that counted; of ``first`` and ``last`` it is said that only
    these days are taken. ``year``: of months that stand without one.

    ``digits``: what those beside a month's name are, DAY or YEAR of ``short_dates``, empty where
    the column decides. ``nothing``: what "nil" in a cell means, ZERO or NOT_KNOWN of ``cells``,
    empty where nobody has said it. ``row_is_event``: each row is one event. ``both_ways``: the
    counter counts who comes and who goes. ``at_start``: readings without a time were taken before
    the doors opened. ``spread``: columns that are each a month, an hour, a kind of readers or a
    place; below them stands ``measure``. ``twice``: what a row means that stands there again, ONCE
    or ADDED, empty where nobody has said it.
    """

    SEVERAL = ("spread",)

    year: int | None = None
    nothing: str = ""
    digits: str = ""
    row_is_event: bool = False
    both_ways: bool = False
    at_start: bool = False
    spread: tuple[str, ...] = ()
    measure: str = "visits"
    twice: str = ""
