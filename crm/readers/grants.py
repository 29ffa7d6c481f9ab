"""What is kept of readers, and the tables a large import fills."""

from core.grants import Kept

KEPT = [Kept("crm.ConsentEvent"), Kept("crm.Notice"), Kept("crm.FoldedRef")]
MAINTAINED = ["crm.Reader", "crm.ConsentEvent"]
OWNER_FUNCTIONS = [
    "huixiang_fold_activities(timestamptz, timestamptz[], timestamptz[], text, integer)"
]
