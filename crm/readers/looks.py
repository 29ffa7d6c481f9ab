"""Writing down who looked at whom, and how much one account may be shown in a day."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from crm.readers.models import Look, LookPlace, LookReason, Reader
from crm.staff.models import User


class TooMany(PermissionDenied):
    """The account has been shown as many readers today as one account may be: 403 wherever it is
    raised, with the reason on the page.
    """


@transaction.atomic
def look_at_one(
    reader: Reader, *, by, place: str = LookPlace.PAGE, reason: str = ""
) -> Look | None:
    """One person was opened. Nothing is written where they look at themself.

    The same person for the same reason on the same day is one row: reloading tells nothing new.
    Raises TooMany as ``look_at_many`` does: page after page is bulk reading, too.
    """
    if reader.user_id == by.pk:
        return None
    _one_look_at_a_time(by)
    said = Look.objects.today(by).filter(reader=reader, place=place, reason=reason).first()
    if said is not None:
        return said
    refuse_too_many(1, by=by)
    return Look.objects.create(user=by, reader=reader, place=place, reason=reason)


def look_at_many(readers: Iterable[int], *, by, place: str) -> None:
    """A set of persons was shown, by their keys: one row, whatever their number.

    Raises TooMany, before anything is shown, where the account has had its share of the day: then
    also where nobody was found, or the refusal would tell whom a search finds.
    """
    shown = sorted(set(readers))
    if not shown:
        refuse_too_many(1, by=by)
        return
    with transaction.atomic():
        _one_look_at_a_time(by)
        refuse_too_many(len(shown), by=by)
        Look.objects.create(user=by, place=place, readers=shown, n=len(shown))


def look_at_accounts(accounts: Iterable[int], *, by) -> None:
    """Accounts were shown, by their keys: those of readers name their readers. One's own tells
    nobody anything.
    """
    shown = Reader.objects.filter(user__in=set(accounts) - {by.pk})
    look_at_many(shown.values_list("pk", flat=True), by=by, place=LookPlace.LIST)


def _one_look_at_a_time(by) -> None:
    """Wait until no other request of this account counts: two at once would both find room."""
    # Held until the look is written; foreign keys to the account are not kept waiting by it.
    User.objects.select_for_update(no_key=True).filter(pk=by.pk).first()


def refuse_too_many(n: int, *, by) -> None:
    """Raises TooMany where ``n`` more persons would be more than one account is shown in a day."""
    # Counted from the log itself: what is told to readers is what is limited.
    had = Look.objects.today(by).persons()
    if had + n > settings.READERS_SHOWN_A_DAY:
        raise TooMany(
            _(
                "One account is shown at most %(most)s readers a day; you have had %(had)s. Narrow"
                " the list, or ask an administrator."
            )
            % {"most": settings.READERS_SHOWN_A_DAY, "had": had}
        )


def reason_today(reader: Reader, *, by) -> str:
    """The last reason for which ``by`` opened this person's page today; empty
    where there is none.
    """
    said = Look.objects.today(by).filter(reader=reader, place=LookPlace.PAGE).exclude(reason="")
    return said.values_list("reason", flat=True).first() or ""


def is_reason(code: str) -> bool:
    """Whether the code is one of the reasons that are offered; false for an empty one."""
    return code in LookReason.values
