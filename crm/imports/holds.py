"""What imports hold of a person."""

from core.holds import Erase, Hold

HOLDS = [
    Hold("crm.ImportChange", "reader", Erase.DELETE, follows=True),
]
