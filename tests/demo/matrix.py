"""Who may open which page of the demonstration."""

from tests.permissions import Access

STAFF = "librarian manager administrator"

MATRIX: dict[str, Access] = {
    "demo:kit": Access(STAFF),
    "demo:mailbox": Access(STAFF),
    "demo:mailbox-letter": Access(
        STAFF, make=lambda w: {"name": w.letter}, wrong={"name": "9.9_9.local"}
    ),
}
