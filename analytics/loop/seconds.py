"""Who may decide about proposals and agree to what others decide, and what waits for whom."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from analytics.loop.models import Adjustment, SecondReading
from core.access import ROLE_PERMISSIONS
from crm.staff.models import User

#: The roles that hold the right to decide.
DECIDING = [role for role, held in ROLE_PERMISSIONS.items() if "decisions.make" in held]


def may_decide() -> QuerySet[User]:
    """Everybody who may decide about proposals and sees them: not staff of one campus."""
    return User.objects.filter(is_active=True, role__in=DECIDING, campus=None).order_by("pk")


def to_be_told() -> QuerySet[User]:
    """Whoever is written to when something is to be decided: managers with an address, and
    administrators where no manager has one. One statement more.
    """
    people = may_decide().exclude(email="")
    managers = people.filter(role=User.Role.MANAGER)
    if managers.exists():
        return managers
    return people


def with_decisions(rows: QuerySet[Adjustment]) -> QuerySet[Adjustment]:
    """Proposals with who decided about them, who agreed, and who asks for a second person.

    One statement more than without, however many rows there are.
    """
    asked = SecondReading.objects.select_related("asked_by")
    rows = rows.select_related("decision__by", "decision__second")
    return rows.prefetch_related(Prefetch("second_readings", asked))


def not_asked_by(rows: QuerySet[Adjustment], user: User) -> QuerySet[Adjustment]:
    """Without those of which ``user`` has said what they want.

    Somebody else has to answer: to them it is no work that waits.
    """
    own = SecondReading.objects.filter(adjustment=OuterRef("pk"), agreed=None, asked_by=user)
    return rows.exclude(Exists(own))
