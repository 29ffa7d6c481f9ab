"""A page without what its tables say of their parts."""

import re

#: What ``core.labelled_tables`` adds to each of them.
ADDED = re.compile(
    r' (?:role="(?:table|rowgroup|row|columnheader|rowheader|cell)"|data-head="[^"]*")'
)


def bare(html: str) -> str:
    """The page with the tables as their templates write them: no roles, no names of columns."""
    return ADDED.sub("", html)
