"""What segments hold of a person, and where they name places."""

from core.holds import Erase, Hold, Mention

HOLDS = [
    Hold("crm.SegmentMember", "reader", Erase.DELETE, follows=True),
    Hold("crm.SegmentLog", "reader", Erase.DELETE, follows=True),
    Hold("crm.SegmentPin", "reader", Erase.DELETE),
]

MENTIONS = [Mention("crm.Segment", "rule")]
