"""Who may open which page of config."""

from tests.permissions import Access

MATRIX: dict[str, Access] = {}
