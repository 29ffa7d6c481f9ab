"""What tests of single letters share."""

from collections import Counter

from crm.letters.actions import write
from crm.letters.models import Letter


def states() -> Counter:
    """Letters by state."""
    return Counter(Letter.objects.values_list("state", flat=True))


def note(once="one", **changes) -> Letter:
    """A notice written by the verb."""
    fields = {
        "kind": "notice",
        "to": "ann@example.org",
        "subject": "Repaired",
        "text": "The lamp has been repaired.",
        "language": "en",
    }
    return write(once=once, **(fields | changes))
