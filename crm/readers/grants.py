"""What is kept of readers, and the tables a large import fills."""

from core.grants import Kept

KEPT = [Kept("crm.ConsentEvent"), Kept("crm.Notice")]
MAINTAINED = ["crm.Reader", "crm.ConsentEvent"]
