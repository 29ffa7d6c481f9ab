"""Why somebody is erased: codes, since the trail is read by people who may not open the reader."""

from django.utils.translation import gettext_lazy as _

#: What staff choose from.
ERASE_REASONS = [
    ("asked-desk", _("asked for it at the desk, and showed who they are")),
    ("asked-letter", _("asked for it by letter, and showed who they are")),
    ("guardian", _("their parent or guardian asked for it")),
    ("twice", _("stands here twice; this row is the wrong one")),
]
#: Of an erasure that the reader asked for themself, and of one that a restored backup needed again.
OWN_WISH, AGAIN = "own wish", "restored backup"
#: All that the database takes.
CODES = (*dict(ERASE_REASONS), OWN_WISH, AGAIN)
