"""Questions about readers that need more than one model."""

from django.db.models import QuerySet

from crm.readers.models import Reader


def reader_for(user) -> Reader:
    """The reader this user is.

    Somebody who signed up by themselves becomes a public reader of source ``portal``.
    """
    reader = Reader.objects.filter(user=user).first()
    if reader is None:
        # By number, which is unique: of two first requests at once both get the same row.
        reader, _created = Reader.objects.get_or_create(
            source="portal",
            number=f"u{user.pk}",
            defaults={
                "kind": Reader.Kind.PUBLIC,
                "name": user.display_name or user.username,
                "email": user.email,
                "user": user,
            },
        )
    return reader


def segments_to_filter_by() -> QuerySet:
    """All segments, for the filter of the reader list.

    Segments are a later room, so they are reached through the relation that points here.
    """
    membership = Reader._meta.get_field("memberships").related_model
    return membership._meta.get_field("segment").related_model.objects.all()
