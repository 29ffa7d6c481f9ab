"""Verbs of contents."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.contents.models import Content
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User

State = Content.State


def save_content(*, content: Content, by: User) -> Content:
    """Store a draft or paused content with its links. Refused while it is being sent or when it has
    gone.

    Of a stored one only what authors type is written, and nothing when its state has moved since it
    was loaded.
    """
    with transaction.atomic():
        if content.pk:
            stored = (
                Content.objects.select_for_update()
                .filter(pk=content.pk)
                .values_list("state", flat=True)
                .first()
            )
            if stored != content.state or stored not in (State.DRAFT, State.PAUSED):
                raise Refused(_("Pause it first: a text is not changed while it goes out."))
        content.save(update_fields=[*Content.TYPED, "updated_at"] if content.pk else None)
        content.links.place(content)
        audit.record(action="content.save", by=by, on=content)
    return content
