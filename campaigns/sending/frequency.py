"""How many promotional mails a mailbox gets, over all campaigns: the cap that the library has set.

At a launch whoever has had as many is left out *before* the draw, drawn or not, and a place in a
holdout counts as a mail would have: so nobody is left out because of the arm they were in, and both
arms stay comparable (docs/adr/0039). Mails that still wait are counted as well. Notices neither
count nor are left out.

Letters to subscribers are promotional mails as well: they count for their mailbox, whoever else
reads it, and a mailbox that has had as many gets none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.limits.queries import rules_in_force
from campaigns.sending.letters import WAITING, letters_of
from campaigns.sending.models import Delivery
from core.addresses import address_key, mailbox_spellings
from core.columns import first_column
from crm.letters.models import FailureCode, Letter
from crm.readers.models import Purpose
from crm.readers.queries import holders_of, shared_mailboxes

State = Delivery.State
#: The name of the advisory lock for which launches of promotional mail wait.
LOCK = "huixiang.frequency"
#: The mailboxes (first reader that holds them, as ``shared``) to which no more may go. What waits
#: in another content may go at any time, so it counts whenever it is due. ``lettered`` are readers
#: into whose mailboxes so many letters to subscribers went.
SPENT = f"""
spent AS (
    SELECT mailbox
    FROM (
        SELECT coalesce(sharing.first, d.reader_id) AS mailbox, 1 AS mails
        FROM campaigns_delivery d
        LEFT JOIN unnest(%(sharers)s::bigint[], %(firsts)s::bigint[]) AS sharing(reader, first)
            ON sharing.reader = d.reader_id
        WHERE d.content_id = ANY(%(counting)s::bigint[])
          AND d.reader_id IS NOT NULL
          AND (d.state IN ('{State.PENDING}', '{State.CLAIMED}', '{State.INFLIGHT}')
               OR d.state = '{State.HOLDOUT}' AND d.content_id = ANY(%(unfinished)s::bigint[])
               OR d.state IN ('{State.SENT}', '{State.UNKNOWN}', '{State.HOLDOUT}')
                  AND coalesce(d.sent_at, d.due_at) > %(counted_after)s
                  AND coalesce(d.sent_at, d.due_at) < %(counted_before)s)
        UNION ALL
        SELECT reader, letters
        FROM unnest(%(lettered)s::bigint[], %(letters)s::bigint[]) AS lettered(reader, letters)
    ) mails
    GROUP BY mailbox
    HAVING sum(mails) >= %(cap)s
)
"""
#: An address for each of these mailboxes.
SPENT_ADDRESSES = f"""
WITH {SPENT}
SELECT r.email FROM spent JOIN crm_reader r ON r.id = spent.mailbox
"""
#: What has left for a mailbox, or may have, and what is in a worker's hands.
GONE = [State.SENT, State.UNKNOWN, State.CLAIMED, State.INFLIGHT]
GONE_LETTERS = [Letter.State.SENT, Letter.State.UNKNOWN, Letter.State.INFLIGHT]


def values(content: Content, due_at: datetime) -> dict[str, Any]:
    """The parameters of SPENT for a launch of ``content`` at ``due_at``; where no cap holds for it
    nobody is found.
    """
    rules = rules_in_force()
    span = timedelta(days=rules.cap_days)
    found = {
        "cap": rules.cap_mails,
        "counting": [],
        "unfinished": [],
        "counted_after": due_at - span,
        # A mail that is planned for later counts too: the cap holds in any span around this one.
        "counted_before": due_at + span,
        "lettered": [],
        "letters": [],
    }
    if rules.cap_mails is None or not content.is_promotion:
        return found
    counting = _sending_since(due_at - span).exclude(pk=content.pk)
    unfinished = counting.filter(finished_at__isnull=True)
    found["counting"] = list(counting.values_list("pk", flat=True))
    found["unfinished"] = list(unfinished.values_list("pk", flat=True))
    by_reader = _first_readers(_lettered(found))
    found["lettered"], found["letters"] = list(by_reader), list(by_reader.values())
    return found


def spent_mailboxes(content: Content, due_at: datetime) -> set[str]:
    """The mailboxes, in the form that is compared, to which no letter of ``content`` may go that is
    due then: those of readers and of subscribers alike. Empty where no cap holds for it.
    """
    asked = values(content, due_at)
    if not asked["counting"]:
        return set()
    first_of = shared_mailboxes()
    asked |= {"sharers": list(first_of), "firsts": list(first_of.values())}
    with connection.cursor() as cursor:
        cursor.execute(SPENT_ADDRESSES, asked)
        spent = set(map(address_key, first_column(cursor)))
    letters = _lettered(asked)
    return spent | {mailbox for mailbox, n in letters.items() if n >= asked["cap"]}


def _lettered(asked: dict[str, Any]) -> Counter[str]:
    """Letters to subscribers by mailbox, of the contents and in the days of ``values``: what went,
    or may have, and what waits, also for whoever has stopped it.
    """
    letters = letters_of(asked["counting"])
    within = Q(sent_at__isnull=True) | Q(
        sent_at__gt=asked["counted_after"], sent_at__lt=asked["counted_before"]
    )
    waits = Q(state__in=WAITING) | Q(state=Letter.State.SKIPPED, reason=FailureCode.HELD_BACK)
    found = letters.filter(waits | Q(state__in=GONE_LETTERS) & within)
    return Counter(map(address_key, found.values_list("address", flat=True)))


def _first_readers(mailboxes: Counter[str]) -> dict[int, int]:
    """{first reader of a mailbox: letters that went there} of the mailboxes that a reader reads."""
    first_of: dict[str, int] = {}
    # The first row of a mailbox is the one that ``shared_mailboxes`` names as well.
    for pk, address in holders_of(mailboxes).order_by("pk").values_list("pk", "email"):
        first_of.setdefault(address_key(address), pk)
    return {pk: mailboxes[mailbox] for mailbox, pk in first_of.items() if mailboxes[mailbox]}


def _sending_since(moment: datetime) -> QuerySet[Content]:
    """Promotional contents of which a mail may have gone after ``moment``; a draft has no mails."""
    promotion = Content.objects.exclude(purpose=Purpose.NOTICES)
    return promotion.filter(Q(finished_at__isnull=True) | Q(finished_at__gt=moment))


def wait_for_other_launches(content: Content) -> None:
    """Until the end of the transaction no other promotional mail is launched: of two that start at
    once the second one sees the rows of the first.
    """
    if not content.is_promotion:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])


def over_the_cap(content: Content, addresses: dict[int, str]) -> set[int]:
    """Of {key: address} of claimed deliveries, or of letters, those whose mailbox has had as many
    mails of other contents by now: rows that were queued again, mailboxes that became one since the
    launch.

    Empty for a notice, and where the library has set no cap.
    """
    if not content.is_promotion or not addresses:
        return set()
    rules = rules_in_force()
    if rules.cap_mails is None:
        return set()
    since = timezone.now() - timedelta(days=rules.cap_days)
    gone = _gone_to(set(addresses.values()), content, since)
    over = set()
    for pk, address in addresses.items():
        if gone[address_key(address)] >= rules.cap_mails:
            over.add(pk)
    return over


def _gone_to(addresses: set[str], content: Content, since: datetime) -> dict[str, int]:
    """{mailbox: promotional mails of other contents since} of the mailboxes in question."""
    counting = _sending_since(since).exclude(pk=content.pk)
    recent = (
        Q(deliveries__content__in=list(counting.values_list("pk", flat=True)))
        & Q(deliveries__state__in=GONE)
        & (Q(deliveries__sent_at__gt=since) | Q(deliveries__sent_at__isnull=True))
    )
    holders = holders_of(addresses).annotate(mails=Count("deliveries", filter=recent))
    gone: dict[str, int] = defaultdict(int)
    for address, mails in holders.values_list("email", "mails"):
        # Several readers may share a mailbox, and the cap is the mailbox's.
        gone[address_key(address)] += mails
    for mailbox, letters in _letters_gone_to(addresses, counting, since).items():
        gone[mailbox] += letters
    return gone


def _letters_gone_to(
    addresses: Iterable[str], contents: QuerySet[Content], since: datetime
) -> Counter[str]:
    """{mailbox: letters to subscribers of these contents since} of the mailboxes in question."""
    spellings: set[str] = set()
    for address in addresses:
        spellings.update(mailbox_spellings(address))
    found = letters_of(contents.values_list("pk", flat=True)).filter(state__in=GONE_LETTERS)
    recent = found.filter(Q(sent_at__gt=since) | Q(sent_at__isnull=True))
    to_these = recent.alias(mailbox=Lower("address")).filter(mailbox__in=sorted(spellings))
    return Counter(map(address_key, to_these.values_list("address", flat=True)))
