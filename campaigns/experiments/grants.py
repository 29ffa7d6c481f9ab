"""What is kept of experiments: how many readers each launch drew into each arm."""

from core.grants import Kept

KEPT = [Kept("campaigns.DrawnArm")]
