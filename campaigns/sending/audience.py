"""Who a launch would reach.

Counted for the confirmation page and frozen into delivery rows by the same conditions.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import connection

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign
from core.addresses import address_digests
from crm.readers.models import Reader, Suppression
from crm.segments.refresh import refresh_segment

#: The draw of one reader in one campaign: 32 bits of a keyed hash, below the share means holdout. A
#: reader keeps the
#: same arm in every content of a campaign, and nobody can choose or foresee it.
HELD_OUT = (
    "('x' || encode(substring(sha256(%(key)s || int8send(r.id)) FROM 1 FOR 4), 'hex'))::bit(32)::bigint"
    " < %(percent)s::bigint * 4294967296 / 100"
)
#: How long the confirmation page may wait for one segment; the launch itself has the limit of every
#: refresh.
PREPARE_MS = 5_000
MEMBERS = """
FROM (SELECT reader_id, array_agg(segment_id::int ORDER BY segment_id) AS segment_ids FROM crm_segmentmember
      WHERE segment_id = ANY(%(segments)s) GROUP BY reader_id) m JOIN crm_reader r ON r.id = m.reader_id
"""
ACTIVE = "r.state = 'active'"
ADDRESSED = f"{ACTIVE} AND r.email <> ''"
ALLOWED = f"{ADDRESSED} AND 'email' = ANY(r.consents)"
REACHABLE = f"{ALLOWED} AND NOT r.id = ANY(%(suppressed)s)"
COUNT = f"""
SELECT count(*), count(*) FILTER (WHERE {REACHABLE} AND NOT {HELD_OUT}),
       count(*) FILTER (WHERE {REACHABLE} AND {HELD_OUT}), count(*) FILTER (WHERE NOT ({ACTIVE})),
       count(*) FILTER (WHERE {ACTIVE} AND r.email = ''), count(*) FILTER (WHERE {ADDRESSED} AND NOT ({ALLOWED})),
       count(*) FILTER (WHERE {ALLOWED} AND r.id = ANY(%(suppressed)s))
{MEMBERS}
"""
FREEZE = f"""
INSERT INTO campaigns_delivery
    (content_id, reader_id, state, segment_ids, due_at, claimed_by, attempts, reason)
SELECT %(content)s, r.id, CASE WHEN {HELD_OUT} THEN 'holdout' ELSE 'pending' END, m.segment_ids, %(due_at)s, '', 0, ''
{MEMBERS} WHERE {REACHABLE}
ON CONFLICT (content_id, reader_id) DO NOTHING
"""


@dataclass(frozen=True)
class Audience:
    """Counts of persons in the campaign's segments; the last six add up to ``members``."""

    members: int
    mailed: int
    held_out: int
    left: int
    no_address: int
    no_consent: int
    suppressed: int


def holdout_key(campaign: Campaign) -> bytes:
    """The campaign's own key of the draw."""
    return hmac.digest(
        settings.PRIVACY_KEY.encode(), f"huixiang.holdout.{campaign.pk}".encode(), sha256
    )


def _values(campaign: Campaign) -> dict:
    chosen = list(campaign.segments.values_list("pk", flat=True))
    return {
        "segments": chosen,
        "percent": campaign.holdout_percent,
        "key": holdout_key(campaign),
        "suppressed": suppressed_readers(chosen),
    }


def suppressed_readers(chosen: list[int]) -> list[int]:
    """Ids of members of ``chosen`` whose address is suppressed.

    Hashes addresses only where there is a list at all.
    """
    listed = {
        bytes(digest)
        for digest in Suppression.objects.filter(channel="email").values_list("digest", flat=True)
    }
    if not listed:
        return []
    addresses = (
        Reader.objects.filter(memberships__segment__in=chosen)
        .exclude(email="")
        .values_list("pk", "email")
    )
    found = {
        pk for pk, email in addresses.iterator() if not listed.isdisjoint(address_digests(email))
    }
    return sorted(found)


def prepare(campaign: Campaign) -> list[tuple[str, str]]:
    """Compute the segments that never were, so that counting them means something.

    Returns [(segment's name, why not)] of those that fail or take longer than somebody waits for a
    page.
    """
    never = campaign.segments.filter(refreshed_at__isnull=True)
    found = [(segment.name, refresh_segment(segment, limit_ms=PREPARE_MS)) for segment in never]
    return [(name, diff.error) for name, diff in found if diff.error]


def count(campaign: Campaign) -> Audience:
    """What a launch of an e-mail content of ``campaign`` would do now."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, _values(campaign))
        return Audience(*cursor.fetchone())


def freeze(content: Content, due_at: datetime) -> tuple[int, int]:
    """Write one delivery row per reachable reader, in one statement.

    Returns (to be mailed, held out).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            FREEZE, _values(content.campaign) | {"content": content.pk, "due_at": due_at}
        )
        written = cursor.rowcount
    held_out = content.deliveries.filter(state="holdout").count()
    return written - held_out, held_out
