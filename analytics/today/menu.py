"""How many wait behind entries of the desk's menu."""

from django.db.models import QuerySet

from analytics.today.asked import open_corrections
from core.disclosure import Count
from crm.readers.models import Reader
from crm.readers.queries import leaving
from feedback.voices.models import Voice


def in_the_menu(user) -> dict[str, Count]:
    """{key of the menu's entry: how many wait there}; entries of which none waits are left out."""
    voices = Voice.objects.visible_to(user)
    waiting = {
        "voices": (voices.waiting() | voices.held()).count(),
        "corrections": open_corrections(user).count(),
        "readers": leaving_readers(user).count(),
    }
    # Exact: each of them can be opened by whoever sees the number.
    return {key: Count.exact(n) for key, n in waiting.items() if n}


def leaving_readers(user) -> QuerySet[Reader]:
    """Those who asked to be erased, of the readers that this person may open; none without that
    right.
    """
    if not user.can("readers.view"):
        return Reader.objects.none()
    return leaving(Reader.objects.visible_to(user))
