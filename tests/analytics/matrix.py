"""Who may open which page of analytics."""

from tests.permissions import Access

MATRIX: dict[str, Access] = {}
