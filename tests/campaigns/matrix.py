"""Who may open which page of campaigns."""

from tests.permissions import Access

MATRIX: dict[str, Access] = {}
