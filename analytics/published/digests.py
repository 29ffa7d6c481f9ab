"""One hash for all that a row of the chains says."""

import hashlib
import json
from datetime import UTC

from analytics.published.models import Seal, Verification

#: {row: {column: hash}}
Parts = dict[str, dict[str, str]]


def content_digest(parts: Parts) -> str:
    """SHA-256 of all hashes of fields, in the order of their names; 64 hex digits."""
    return digest(parts)


def well_formed(parts) -> Parts:
    """The parts, where they are such as the portal writes; none where somebody wrote others."""
    if not isinstance(parts, dict) or not all(isinstance(one, dict) for one in parts.values()):
        return {}
    return parts


def seal_digest(made: Seal) -> str:
    """SHA-256 of everything a seal says, but for itself and its parts, whose hash stands for them;
    64 hex digits.
    """
    return digest(
        [
            made.chain,
            made.number,
            made.object_id,
            made.corrects,
            made.reason,
            made.inputs_sha256,
            made.content_sha256,
            made.previous_sha256,
            made.chained_later,
            made.at.astimezone(UTC).isoformat(),
        ]
    )


def look_digest(made: Verification) -> str:
    """SHA-256 of everything a look says, and of its number; 64 hex digits.

    Its moment is hashed in UTC, so that a change of the time zone changes nothing. The look must be
    stored already: without its key two looks could say the same.
    """
    at = made.at.astimezone(UTC).isoformat()
    return digest([made.pk, at, made.seals, made.heads, made.breaks, made.rows])


def digest(value: dict | list) -> str:
    """SHA-256 of the value, 64 hex digits: the same for the same content in any order of keys.

    TypeError for what JSON does not hold.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
