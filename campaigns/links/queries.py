"""What statements of other apps may name of links."""

READABLE = ("campaigns_trackedlink",)
