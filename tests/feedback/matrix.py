"""Who may open which page of feedback."""

from tests.permissions import Access

MATRIX: dict[str, Access] = {}
