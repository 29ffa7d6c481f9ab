"""What single letters hold of a person."""

from core.holds import Erase, Hold

HOLDS = [
    # A letter holds an address and what was written to it.
    Hold("crm.Letter", "reader", Erase.DELETE),
]
