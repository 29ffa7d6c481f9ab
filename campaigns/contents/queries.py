"""What statements of other apps may name of contents."""

READABLE = ("campaigns_content",)
