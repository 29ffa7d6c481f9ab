"""What the statements of other apps may name of segments."""

READABLE = ("crm_segment", "crm_segmentmember")
