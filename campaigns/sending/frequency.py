"""How many promotional mails a mailbox gets, over all campaigns: the cap that the library has set.

At a launch whoever has had as many is left out *before* the draw, drawn or not, and a place in a
holdout counts as a mail would have: so nobody is left out because of the arm they were in, and both
arms stay comparable (docs/adr/0039). Mails that still wait are counted as well. Notices neither
count nor are left out.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.limits.queries import rules_in_force
from campaigns.sending.models import Delivery
from core.addresses import address_key
from crm.readers.models import Purpose
from crm.readers.queries import holders_of

State = Delivery.State
#: The name of the advisory lock for which launches of promotional mail wait.
LOCK = "huixiang.frequency"
#: The mailboxes (first reader that holds them, as ``shared``) to which no more may go. What waits
#: in another content may go at any time, so it counts whenever it is due.
SPENT = f"""
spent AS (
    SELECT coalesce(sharing.first, d.reader_id) AS mailbox
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
    GROUP BY 1
    HAVING count(*) >= %(cap)s
)
"""
#: What has left for a mailbox, or may have, and what is in a worker's hands.
GONE = [State.SENT, State.UNKNOWN, State.CLAIMED, State.INFLIGHT]


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
    }
    if rules.cap_mails is None or not content.is_promotion:
        return found
    counting = _sending_since(due_at - span).exclude(pk=content.pk)
    unfinished = counting.filter(finished_at__isnull=True)
    found["counting"] = list(counting.values_list("pk", flat=True))
    found["unfinished"] = list(unfinished.values_list("pk", flat=True))
    return found


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
    """Of {delivery: address} of claimed rows those whose mailbox has had as many mails of other
    contents by now: rows that were queued again, mailboxes that became one since the launch.

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
    return gone
