"""What stays of works whose authors were erased is written by the erasing alone."""

from core.grants import Kept

# The delivery may go with its campaign's content.
KEPT = [Kept("feedback.GoneWork", moving=("delivery",))]
