"""Who may open which page of crm."""

from tests.permissions import Access

MATRIX: dict[str, Access] = {}
