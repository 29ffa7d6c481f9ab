"""A chart as a file of its own: the drawing, the numbers, and the figure to be explored."""

from collections.abc import Iterable, Mapping
from copy import deepcopy

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts.chart import Chart
from core.charts.svg import LOOKS, NAMESPACE, PAPER, columns_of, element, painted, written
from core.exporting import xlsx_file

#: What names a chart and the kind of its file in the address: ``?chart=echo.svg``.
ASKED = "chart"
#: Pixels of the picture in a file: the plot, and the margin around it.
WIDTH, MARGIN = 720, 24
LINE = 20
#: How wide a line of words may be, in Latin letters.
COLUMNS = 88
#: A word may run over the end of its line by so much before it is broken.
OVERRUN = 8
#: Where a figure has texts of ours alone, with tags of Plotly's in them.
WITH_TAGS = frozenset({"hovertemplate", "ticktext"})
FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', system-ui, sans-serif"


def page_or_file(
    request, template: str, context: Mapping, charts: Iterable[Chart | None], *, status: int = 200
) -> HttpResponse:
    """The page, or the file of one of its charts where the address asks for it.

    Whoever may open the page may have its charts: they hold what everybody may be told. None among
    ``charts`` is one that the page does not have. 404 for a chart or a kind of file it has not.
    """
    asked = request.GET.get(ASKED)
    if asked is None:
        return render(request, template, context, status=status)

    name, _dot, kind = asked.rpartition(".")
    # Compared with what the page has, never taken as a path or a name of anything.
    known = {chart.id: chart for chart in filter(None, charts)}
    if name not in known or kind not in KINDS:
        raise Http404
    return KINDS[kind](known[name])


def svg_answer(chart: Chart) -> HttpResponse:
    """The picture, to be saved; 404 of a chart that has none. The page makes a PNG of it."""
    if chart.drawing is None:
        raise Http404
    response = HttpResponse(picture(chart), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{chart.id}.svg"'
    return response


def xlsx_answer(chart: Chart) -> FileResponse:
    """A workbook: the table, and on a second sheet what the numbers are."""
    facts = [[fact] for fact in chart.facts]
    sheets = {
        pgettext("of a chart", "Numbers"): [chart.columns, *chart.rows],
        _("About these numbers"): facts,
    }
    return FileResponse(xlsx_file(sheets), as_attachment=True, filename=f"{chart.id}.xlsx")


def figure_answer(chart: Chart) -> JsonResponse:
    """The figure for Plotly, fetched when somebody explores it."""
    return JsonResponse(as_plotly_reads(chart.figure))


def as_plotly_reads(node, key: str = ""):
    """A figure in which every text of others is a text, whatever stands in it.

    Plotly takes ``<b>``, ``<a href>`` and ``&lt;`` in any text for what they are in HTML.
    ``key`` is where ``node`` stands.
    """
    if isinstance(node, dict):
        return {name: as_plotly_reads(value, name) for name, value in node.items()}
    if isinstance(node, list | tuple):
        return [as_plotly_reads(one, key) for one in node]
    if isinstance(node, str) and key not in WITH_TAGS:
        return node.replace("&", "&amp;").replace("<", "&lt;")
    return node


KINDS = {"svg": svg_answer, "xlsx": xlsx_answer, "json": figure_answer}


# --- the picture ----------------------------------------------------------------------------------
def picture(chart: Chart) -> str:
    """The drawing as an SVG file in the colours of paper, with caption, n and date in it.

    It needs no stylesheet and no font of ours. The chart has a drawing.
    """
    # A copy, since it is painted: the chart's own drawing is for the page.
    drawing = deepcopy(chart.drawing)
    caption = lines_of(chart.caption)
    facts = lines_of(" · ".join(chart.facts[1:]))
    top = MARGIN + LINE * len(caption) + 12
    height = top + drawing.height + 16 + LINE * len(facts) + MARGIN / 2

    root = element("svg", xmlns=NAMESPACE, width=WIDTH, height=height, font_family=FONT)
    root.set("viewBox", f"0 0 {WIDTH} {height:g}")
    element("rect", root, width="100%", height="100%", fill=PAPER["paper"])
    _write(root, caption, MARGIN + 8, LOOKS["name"] | {"font-size": "15", "font-weight": "600"})

    # The plot is as wide as what its numbers leave.
    plot = drawing.root
    plot.set("x", f"{MARGIN + drawing.before}")
    plot.set("y", f"{top:g}")
    plot.set("width", f"{WIDTH - 2 * MARGIN - drawing.before - drawing.behind}")
    root.append(plot)

    _write(root, facts, top + drawing.height + 24, LOOKS["tick"])
    return written(painted(root))


def _write(root, lines: list[str], y: float, look: Mapping[str, str]) -> None:
    """Lines of words below each other, the first on ``y``."""
    for place, line in enumerate(lines):
        text = element("text", root, line, x=MARGIN, y=y + LINE * place)
        for attribute, value in look.items():
            text.set(attribute, PAPER.get(value, value))


def lines_of(text: str) -> list[str]:
    """Words in lines that the picture has room for.

    Chinese may break anywhere, other words where they end; one that is too long is broken.
    """
    lines = []
    start = width = 0
    for place, character in enumerate(text):
        columns = columns_of(character)
        most = COLUMNS + OVERRUN
        if character == " " or columns > 1:
            most = COLUMNS
        if width >= most:
            lines.append(text[start:place])
            start, width = place, 0
        width += columns
    lines.append(text[start:])
    return [line.strip() for line in lines if line.strip()]
