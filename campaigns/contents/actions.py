"""Verbs of contents."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.contents.models import Content
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def save_content(*, content: Content, by: User) -> Content:
    """Store a draft or paused content with its links. Refused while it is being sent or when it has
    gone.

    Of a stored one only what authors type is written, and nothing when its state has moved since it
    was loaded.
    """
    if content.pk is None:
        content.save()
    else:
        _refuse_moved(content)
        # Not the whole row: a worker may just have written what troubles the sending.
        content.save(update_fields=[*Content.TYPED, "updated_at"])
    content.links.place(content)
    audit.record(action=AuditAction.CONTENT_SAVE, by=by, on=content)
    return content


def _refuse_moved(content: Content) -> None:
    """Hold the row until the text is stored: a launch waits, or has come first."""
    moved = _("It has changed since you opened it. Open it again.")
    stored = Content.objects.select_for_update().filter(pk=content.pk).first()
    if stored is None:
        raise Refused(moved)
    if not stored.is_editable:
        raise Refused(stored.why_not_editable)
    # Moved since it was loaded: the text in hand is not the one that was launched.
    if stored.state != content.state:
        raise Refused(moved)
