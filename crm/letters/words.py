"""What the audit trail keeps of single letters, in words."""

from crm.letters.models import LetterKind


def audit_codes() -> dict[str, dict]:
    """{name of a detail: {code: words}}: what caused a letter."""
    return {"kind": dict(LetterKind.choices)}


AUDIT_CODES = [audit_codes]
