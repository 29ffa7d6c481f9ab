"""Which counts somebody may see."""

from crm.staff.models import User
from crm.tallies.models import Tally, TallyQuerySet


def tallies_for(user: User) -> TallyQuerySet:
    """Numbers that hold, with their campus and source. Staff of one campus see those of their own,
    and none of the whole library; all others see everything. Whether the user may open the pages at
    all is not asked here but there.
    """
    found = Tally.objects.in_force().select_related("campus", "source")
    if user.campus_id:
        found = found.filter(campus=user.campus_id)
    return found
