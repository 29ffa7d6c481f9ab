"""What sending holds of a person."""

from core.holds import Erase, Hold

HOLDS = [
    Hold("campaigns.Delivery", "reader", Erase.DELETE),
]
