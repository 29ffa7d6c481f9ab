"""Verbs on a person's WeChat account: they link it to themselves, and take the link back.

A follower of the library's account is nobody to the library. Who links their own account says so
signed in, and no form of staff's writes one.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.readers.actions import OWN_PAGE, set_consent, update_reader
from crm.readers.models import ContactChannel, Purpose, Reader
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def link_wechat(*, reader: Reader, openid: str, by: User) -> None:
    """Link the account of that openid to ``reader``, who says so; nothing is allowed by it yet.

    Refused for anybody but the reader, and for an account that stands in somebody else's row.
    """
    _refuse_others(reader, by)
    if Reader.objects.filter(wechat=openid).exclude(pk=reader.pk).exists():
        raise Refused(_("This account is linked to another record. Ask the library's desk."))
    if update_reader(reader=reader, by=by, wechat=openid):
        audit.record(action=AuditAction.WECHAT_LINK, by=by, on=reader)


@transaction.atomic
def unlink_wechat(*, reader: Reader, by: User) -> None:
    """Take the link back: nothing is sent there any more, and no file brings it again.

    Refused for anybody but the reader. Where nothing is linked nothing happens.
    """
    _refuse_others(reader, by)
    stored = Reader.objects.select_for_update(of=("self",)).get(pk=reader.pk)
    if not stored.wechat:
        return
    # A refusal in their own word stops the address; a file that brings it leaves it out.
    for purpose in Purpose.values:
        set_consent(
            reader=stored,
            channel=ContactChannel.WECHAT,
            purpose=purpose,
            granted=False,
            source=OWN_PAGE,
            by=by,
        )
    update_reader(reader=stored, by=by, wechat="")
    audit.record(action=AuditAction.WECHAT_UNLINK, by=by, on=reader)


def _refuse_others(reader: Reader, by: User) -> None:
    """Refused for everybody who is not that reader, signed in."""
    if reader.user_id is None or reader.user_id != by.pk:
        raise Refused(_("Only the reader can do this, signed in."))
