"""What a month page says of the publication of its figures."""

from datetime import date

from django.db.models import Subquery

from analytics.facts.models import PublishedMonth
from analytics.facts.publications import MONTHS
from analytics.published.beside import last_look
from analytics.published.models import Seal

#: A month that is not over, or of which this viewer is told no figure of the whole library.
NOTHING = {"publication": None, "seal": None, "verification": None}


def proof_of(month: date) -> dict:
    """What ``_published.html`` takes: the last publication, its seal, and the last look.

    Of the publication only its number and moment are filled in: its figures are large.
    """
    published = PublishedMonth.objects.filter(month=month).order_by("-number")
    seal = sealed(published)
    if seal is not None:
        publication = PublishedMonth(month=month, number=seal.published, at=seal.published_at)
    else:
        # A publication without a seal stays one: the look through the chains says what it lacks.
        publication = published.only("month", "number", "at").first()
    if publication is None:
        return NOTHING
    return {"publication": publication, "seal": seal, "verification": last_look(seal)}


def sealed(published) -> Seal | None:
    """The seal of the first of ``published``, with what that says of itself; None without one."""
    seals = Seal.objects.annotate(
        published=Subquery(published.values("number")[:1]),
        published_at=Subquery(published.values("at")[:1]),
    )
    return seals.of(MONTHS, Subquery(published.values("pk")[:1]))
