"""What is kept of publications: every seal, and what was found when they were looked through."""

from core.grants import Kept

KEPT = [Kept("analytics.Seal"), Kept("analytics.Verification")]
