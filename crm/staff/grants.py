"""What is kept of what staff did."""

from core.grants import Kept

KEPT = [
    Kept("crm.AuditEvent"),
    # Who made a change of a row with a history; more may be said of it later, nothing else.
    Kept("pghistory.Context", moving=("metadata", "updated_at")),
]
OWNER_FUNCTIONS = ["huixiang_forget_audit(timestamptz, integer)"]
