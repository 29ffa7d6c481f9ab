"""Charts: one figure, drawn on the server and explored in the browser, with its numbers beside it.

``Chart`` is what a page shows; ``bars``, ``lines``, ``flat_bars`` and ``intervals`` make its
figure, which is Plotly's JSON. ``page_or_file`` answers for a page with charts and for their files.
"""

from core.charts.chart import Chart
from core.charts.counts import are_withheld, cell_text, heights
from core.charts.files import page_or_file
from core.charts.in_rows import flat_bars, intervals
from core.charts.over_time import bars, lines
from core.charts.said import in_words, of_estimate, of_interval
from core.charts.small import small_svg

__all__ = [
    "Chart",
    "are_withheld",
    "bars",
    "cell_text",
    "flat_bars",
    "heights",
    "in_words",
    "intervals",
    "lines",
    "of_estimate",
    "of_interval",
    "page_or_file",
    "small_svg",
]
