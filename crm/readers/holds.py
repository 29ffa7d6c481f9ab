"""What readers' own records hold of a person."""

from core.holds import Erase, Hold

HOLDS = [
    Hold("crm.ConsentEvent", "reader", Erase.DELETE, follows=True),
    Hold("crm.Activity", "reader", Erase.DELETE),
]
