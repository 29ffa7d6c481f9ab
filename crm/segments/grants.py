"""What is kept of segments: every rule a segment has had."""

from core.grants import Kept

KEPT = [Kept("crm.SegmentNameDescriptionRuleVersionEvent")]
