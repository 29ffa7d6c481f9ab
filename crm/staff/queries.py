"""What the statements of other apps may name of staff."""

READABLE = ("crm_campus",)
