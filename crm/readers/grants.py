"""What is kept of readers, and the tables a large import fills."""

from core.grants import Kept

KEPT = [
    Kept("crm.ConsentEvent"),
    Kept("crm.Notice"),
    Kept("crm.FoldedRef"),
    Kept("crm.Look"),
    # A trigger sees to it that it only becomes one of somebody erased.
    Kept("crm.Suppression", moving=("reason",)),
]
MAINTAINED = ["crm.Reader", "crm.ConsentEvent"]
OWNER_FUNCTIONS = [
    "huixiang_fold_activities(timestamptz, timestamptz[], timestamptz[], integer)",
    "huixiang_forget_looks(timestamptz, integer)",
    "huixiang_release_address(bigint, bytea[])",
]
