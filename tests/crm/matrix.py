"""Who may open which page of crm."""

from tests.permissions import Access

STAFF = Access("librarian manager administrator")


def pinned(world) -> dict:
    """A decision by hand about a reader."""
    pin = world.segment.pins.create(reader=world.reader, include=True, reason="asked to")
    return {"pk": world.segment.pk, "pin": pin.pk}


MATRIX: dict[str, Access] = {
    "crm:segment-list": STAFF,
    "crm:segment-create": STAFF,
    "crm:segment-count": Access(STAFF.roles, post=True),
    "crm:segment-detail": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}),
    "crm:segment-edit": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}),
    "crm:segment-refresh": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-duplicate": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-delete": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-pin": Access(STAFF.roles, make=lambda w: {"pk": w.segment.pk}, post=True),
    "crm:segment-unpin": Access(STAFF.roles, make=pinned, post=True),
}
