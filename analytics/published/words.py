"""What a look through the chains says.

In English and without gettext: stored as it was found, read by whoever keeps the server, and by
managers as a quotation.
"""

from datetime import datetime

from analytics.published.chains import Chain
from analytics.published.models import Seal


def missing_between(chain: str, before: int, after: int) -> str:
    return f"{chain}: a seal is missing between {before} and {after}"


def does_not_follow(seal: Seal) -> str:
    return f"{seal}: it does not follow on the seal before it"


def rewritten(seal: Seal) -> str:
    return f"{seal}: the seal itself was rewritten"


def not_sealed(chain: Chain, object_id: int) -> str:
    return f"{chain.code}: {chain.table}/{object_id} was never sealed"


def row_is_missing(seal: Seal, row: str) -> str:
    return f"{seal}: {row} is missing"


def row_was_added(seal: Seal, row: str) -> str:
    return f"{seal}: {row} was added after the publication"


def field_differs(seal: Seal, row: str, field: str) -> str:
    return f"{seal}: {row} differs in {field}"


def head_is_gone(chain: Chain, at: datetime, number: int) -> str:
    return (
        f"{chain.code}: seal {number}, the last one on {at:%Y-%m-%d %H:%M} UTC, is gone or another"
    )
