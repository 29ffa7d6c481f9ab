"""Whether Plotly knows what a figure says, by the schema of its Python library.

Tests have every figure checked that they make (``layout.CHECKS``). On pages it would take most of
the time that a chart takes, and Plotly's library would have to be loaded first.
"""

from plotly import graph_objects

#: Token names are no colours to Plotly, so it looks at a copy with a real one.
ANY_COLOUR = "#888888"


def check(figure: dict) -> None:
    """Raises ValueError for what Plotly does not know; it looks at each property by itself."""
    graph_objects.Figure(with_real_colours(figure), skip_invalid=False)


def with_real_colours(node):
    """A copy of a figure with one and the same colour for every token name."""
    if isinstance(node, dict):
        return {key: with_real_colours(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return list(map(with_real_colours, node))

    is_token = isinstance(node, str) and node.startswith("--")
    if is_token:
        return ANY_COLOUR
    return node
