"""What a month page says of the publication of its figures, fetched in one statement."""

import json
from datetime import date

from django.db import connection

from analytics.facts.models import PublishedMonth
from analytics.facts.publications import MONTHS
from analytics.published.models import Seal, Verification

#: The last publication of a month, its seal, and the last look through all chains.
PROOF = """
    SELECT
        published.number, published.at,
        seal.number, seal.sha256, seal.chained_later,
        look.at, look.breaks
    FROM analytics_publishedmonth published
    LEFT JOIN analytics_seal seal
        ON seal.chain = %(chain)s AND seal.object_id = published.id
    LEFT JOIN LATERAL (
        SELECT at, breaks FROM analytics_verification ORDER BY at DESC, id DESC LIMIT 1
    ) look ON true
    WHERE published.month = %(month)s
    ORDER BY published.number DESC
    LIMIT 1"""
#: A month that is not over, or of which this viewer is told no figure of the whole library.
NOTHING = {"publication": None, "seal": None, "verification": None}


def proof_of(month: date) -> dict:
    """What ``_published.html`` takes; of the three rows only what it prints is filled in."""
    with connection.cursor() as cursor:
        cursor.execute(PROOF, {"chain": MONTHS, "month": month})
        row = cursor.fetchone()
    if row is None:
        return NOTHING
    number, at, place, sha256, chained_later, looked_at, breaks = row
    seal, verification = None, None
    if sha256 is not None:
        seal = Seal(number=place, sha256=sha256, chained_later=chained_later)
    if looked_at is not None:
        verification = Verification(at=looked_at, breaks=json.loads(breaks))
    return {
        "publication": PublishedMonth(month=month, number=number, at=at),
        "seal": seal,
        "verification": verification,
    }
