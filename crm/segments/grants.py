"""What is kept of segments: every rule a segment has had."""

from core.grants import Kept

KEPT = [Kept("crm.SegmentNameDescriptionRuleVersionEvent")]
OWNER_FUNCTIONS = ["huixiang_forget_rules(timestamptz, integer)"]
