"""Verbs of contents."""

from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.contents.models import Content
from campaigns.contents.pictures import drop_unshown
from campaigns.experiments.models import Arm
from campaigns.plan.locks import hold_open
from campaigns.plan.models import Campaign, Channel
from core.pictures import DrawnPicture
from core.refusals import Refused
from crm.library.keeping import KeptPicture, keep
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: What a mail of the round before says; when it goes out belongs to each round.
TAKEN_OVER = ("title", "subject", "preheader", "body", "purpose", "sender_name")


@transaction.atomic
def save_content(*, content: Content, by: User) -> Content:
    """Store a draft or paused content with its links, and return it. Refused while it is being sent
    or when it has gone.

    Of a stored one only what authors type is written, and nothing when its state has moved since it
    was loaded. ValidationError where a link leads where none may. Writes one audit row.
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


@transaction.atomic
def take_over(*, campaign: Campaign, by: User) -> int:
    """Copy the mails of the round before as drafts of the arm that goes on as before; returns how
    many. People who are no readers get none of them: they are in no arm.

    Refused without such an arm, where it has mails already, and where that round had none. Writes
    one audit row for each.
    """
    held = hold_open(campaign)
    arm = Arm.objects.filter(experiment__campaign=held, role=Arm.Role.AS_BEFORE).first()
    if arm is None or held.previous_id is None:
        raise Refused(_("No arm goes on as before."))
    if arm.contents.exists():
        raise Refused(_("The arm that goes on as before has mails already."))
    former = Content.objects.filter(campaign=held.previous_id, channel__code=Channel.EMAIL)
    # Of a round that had such an arm itself what was new is what was done before.
    letters = list(former.exclude(arm__role=Arm.Role.AS_BEFORE))
    if not letters:
        raise Refused(_("The round before had no mail."))
    _copy(letters, held, arm, by)
    return len(letters)


@transaction.atomic
def take_over_arm(*, campaign: Campaign, of: Arm, to: Arm, by: User) -> int:
    """Copy the mails that readers of the arm ``of`` got in the round before as drafts of the arm
    ``to``; returns how many. Nothing where that arm has mails already, and where none went.
    Writes one audit row for each.
    """
    held = hold_open(campaign)
    if to.contents.exists():
        return 0
    former = Content.objects.filter(campaign=held.previous_id, channel__code=Channel.EMAIL)
    letters = list(former.filter(Q(arm=of) | Q(arm=None)))
    _copy(letters, held, to, by)
    return len(letters)


def _copy(letters: list[Content], campaign: Campaign, arm: Arm, by: User) -> None:
    """The same mails as drafts of an arm."""
    for letter in letters:
        copied = {name: getattr(letter, name) for name in (*TAKEN_OVER, *Content.PICTURE)}
        copy = Content(campaign=campaign, channel=letter.channel, arm=arm, **copied)
        save_content(content=copy, by=by)


@transaction.atomic
def set_picture(*, content: Content, picture: DrawnPicture, alt: str, by: User) -> Content:
    """Show ``picture`` above the text; ``alt`` says what is to be seen. The file of the one before
    goes once the transaction is through, in a draft.

    Refused while it is being sent or when it has gone. Writes one audit row.
    """
    name = keep(picture)
    _show(content, KeptPicture(name, alt, picture.width, picture.height))
    audit.record(action=AuditAction.CONTENT_PICTURE, by=by, on=content)
    return content


@transaction.atomic
def remove_picture(*, content: Content, by: User) -> Content:
    """Show no picture. Refused as for ``set_picture``; writes one audit row, also where there was
    none.
    """
    _show(content, KeptPicture("", "", 0, 0))
    audit.record(action=AuditAction.CONTENT_PICTURE_REMOVE, by=by, on=content)
    return content


def _show(content: Content, shown: KeptPicture) -> None:
    """Write the picture's four columns; what it took the place of goes from the disk."""
    _refuse_moved(content)
    before = Content.objects.values_list("picture", flat=True).get(pk=content.pk)
    content.picture, content.picture_alt = shown.name, shown.alt
    content.picture_width, content.picture_height = shown.width, shown.height
    content.save(update_fields=[*Content.PICTURE, "updated_at"])
    # Mails that have gone show theirs for as long as they are read.
    if content.is_draft and before not in ("", shown.name):
        transaction.on_commit(partial(drop_unshown, before))


def _refuse_moved(content: Content) -> None:
    """Hold the row until the text is stored: a launch waits, or has come first. Refused where the
    row is gone, may not be edited, or stands in another state than the one in hand.
    """
    moved = _("It has changed since you opened it. Open it again.")
    stored = Content.objects.select_for_update().filter(pk=content.pk).first()
    if stored is None:
        raise Refused(moved)
    if not stored.is_editable:
        raise Refused(stored.why_not_editable)
    # Moved since it was loaded: the text in hand is not the one that was launched.
    if stored.state != content.state:
        raise Refused(moved)
