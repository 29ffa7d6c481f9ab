"""What statements of other apps may name of sending."""

READABLE = (
    "campaigns_delivery",
    "campaigns_click",
)
