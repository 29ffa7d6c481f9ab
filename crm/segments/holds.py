"""What segments hold of a person."""

from core.holds import Erase, Hold

HOLDS = [
    Hold("crm.SegmentMember", "reader", Erase.DELETE, follows=True),
    Hold("crm.SegmentLog", "reader", Erase.DELETE, follows=True),
    Hold("crm.SegmentPin", "reader", Erase.DELETE),
]
