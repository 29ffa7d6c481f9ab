"""Verbs of the retention clock: choose how long a kind of data is kept."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from core.terms import Term
from crm.clock.models import ChosenTerm
from crm.clock.terms_in_force import days_of
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def set_term(*, term: Term, days: int, by: User) -> ChosenTerm:
    """Keep this kind of data for ``days`` days from the next night on; what was chosen before is in
    the audit row alone.

    Refused outside of the bounds of the kind.
    """
    if not term.least <= days <= term.most:
        raise Refused(
            _("“%(what)s” is kept for %(least)s to %(most)s days.")
            % {"what": term.title, "least": term.least, "most": term.most}
        )
    before = days_of(term)
    chosen, _is_new = ChosenTerm.objects.update_or_create(
        code=term.code, defaults={"days": days, "changed_by": by}
    )
    audit.record(action=AuditAction.RETENTION_SET, by=by, kind=term.code, before=before, days=days)
    return chosen
