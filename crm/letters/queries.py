"""What statements of other apps may name of letters."""

READABLE = ("crm_letter",)
