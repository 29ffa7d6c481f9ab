"""What a month page says of the publication of its figures."""

from datetime import date

from analytics.facts.models import PublishedMonth
from analytics.facts.publications import MONTHS
from analytics.published.beside import last_look
from analytics.published.models import Seal

#: A month that is not over, or of which this viewer is told no figure of the whole library.
NOTHING = {"publication": None, "seal": None, "verification": None}


def proof_of(month: date) -> dict:
    """What ``_published.html`` takes: the last publication, its seal, and the last look."""
    publication = PublishedMonth.objects.filter(month=month).order_by("-number").first()
    if publication is None:
        return NOTHING
    seal = Seal.objects.of(MONTHS, publication.pk)
    return {"publication": publication, "seal": seal, "verification": last_look(seal)}
