"""Verbs of listed collections: add a list, drop it with all that is known by it."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.numbers import number
from core.refusals import Refused
from crm.collections.items import (
    MOST_ITEMS,
    digests_of,
    joined,
    parted,
    tells_single_items,
)
from crm.collections.models import LEAST_ITEMS, FormerList, ListedCollection
from crm.staff import audit
from crm.staff.models import User
from crm.staff.scopes import refuse_elsewhere
from crm.staff.words import AuditAction


@transaction.atomic
def add_collection(*, name: str, items: Iterable[str], by: User | None) -> ListedCollection:
    """A list under its name; of ``items`` (barcodes, ISBN or numbers of records) digests are kept.

    Refused with fewer than 200 different items, for a name that is there, and where the list and
    others together would tell of a loan which item it was, those among them that were removed as
    long as loans by them may be known. A list is never changed.
    """
    digests = digests_of(items)
    if len(digests) < LEAST_ITEMS:
        raise Refused(
            _(
                "The list has %(found)s different items, and needs %(least)s: of a short one"
                " everybody could tell what a reader borrowed."
            )
            % {"found": number(len(digests)), "least": number(LEAST_ITEMS)}
        )
    if len(digests) > MOST_ITEMS:
        raise Refused(_("The list has more than %(most)s items.") % {"most": number(MOST_ITEMS)})
    _refuse_neighbours(name, digests)
    collection = ListedCollection.objects.create(
        name=name, items=len(digests), digests=joined(digests), made_by=by
    )
    audit.record(action=AuditAction.COLLECTION_ADD, by=by, on=collection, items=len(digests))
    return collection


def _refuse_neighbours(name: str, digests: set[bytes]) -> None:
    """Raises Refused for a list that says too much beside those that are there."""
    # Held, so that two lists that come at once are compared with each other, too.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('huixiang.collections'))")
    if ListedCollection.objects.filter(name=name).exists():
        raise Refused(_("There is a collection of this name already."))
    stored = list(ListedCollection.objects.values_list("digests", flat=True))
    stored += FormerList.objects.values_list("digests", flat=True)
    if tells_single_items(digests, list(map(parted, stored))):
        raise Refused(
            _(
                "This list and others, of those that were removed as well, differ in few items or"
                " share few: of a loan in one and not in the other anybody could tell what it was."
                " What some of them hold and the others do not must be none or %(least)s items."
            )
            % {"least": number(LEAST_ITEMS)}
        )


@transaction.atomic
def drop_collection(*, collection: ListedCollection, by: User) -> None:
    """The list goes, and with it who borrowed from it; the loans themselves stay. The digests of
    its items are kept for a while without its name: the next list is compared with them.

    Refused for staff of one campus unless they brought it themselves, since it is the whole
    library's, and for the list of a campaign, whose effect is told by it.
    """
    if collection.made_by_id != by.pk:
        refuse_elsewhere(by)
    # The room of campaigns stands above this one.
    campaign = collection.campaigns.first()
    if campaign is not None:
        raise Refused(
            _("The campaign “%(campaign)s” is judged by this list.") % {"campaign": campaign}
        )
    # Before the deletion, after which the list has no key to be named by.
    audit.record(action=AuditAction.COLLECTION_DROP, by=by, on=collection)
    FormerList.objects.create(digests=collection.digests)
    collection.delete()
