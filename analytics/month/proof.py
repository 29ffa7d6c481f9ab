"""What a month page says of the publication of its figures."""

from datetime import date

from django.db.models import Subquery

from analytics.facts.models import PublishedMonth
from analytics.facts.periods import next_month
from analytics.facts.publications import MONTHS
from analytics.facts.publishing import changed_sums
from analytics.published.beside import last_look
from analytics.published.models import Seal

#: For a viewer who is told no figure of the whole library.
NOTHING = {"publication": None, "seal": None, "verification": None}


def proof_of(months: list[date]) -> dict:
    """What ``_published.html`` takes of the last of ``months``, which are all that its page tells
    of: the last publication, its seal, and the last look.

    To what that look found is added which of these months are not as they were published: somebody
    may change a fact after a look, and put it back before the next one. Of the publication only
    its number and moment are filled in: its figures are large.
    """
    month = months[-1]
    published = PublishedMonth.objects.filter(month=month).order_by("-number")
    seal = sealed(published)
    if seal is not None:
        # This row is never saved: reading the whole one would fetch all its figures.
        publication = PublishedMonth(month=month, number=seal.published, at=seal.published_at)
    else:
        # A publication without a seal stays one: the look through the chains says what it lacks.
        publication = published.only("month", "number", "at").first()
    look = last_look(seal, also=changed_sums(months[0], next_month(month)))
    return {"publication": publication, "seal": seal, "verification": look}


def sealed(published) -> Seal | None:
    """The seal of the first of ``published``, with what that says of itself (``published``,
    ``published_at``); None without one. One statement.
    """
    seals = Seal.objects.annotate(
        published=Subquery(published.values("number")[:1]),
        published_at=Subquery(published.values("at")[:1]),
    )
    return seals.of(MONTHS, Subquery(published.values("pk")[:1]))
