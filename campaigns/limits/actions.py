"""The verb on the library's rules of mailing."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.limits.models import MailRules
from campaigns.limits.queries import rules_in_force
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def set_rules(*, by: User, **chosen) -> MailRules:
    """Choose how often, when and up to which limits campaigns mail; by the names of
    ``MailRules.CHOSEN``, others stay as they are.

    It holds from the next mail on. Refused where quiet hours have one end only, or no length.
    Writes one audit row, with what stood before.
    """
    rules = rules_in_force()
    before = rules.as_dict
    for name in MailRules.CHOSEN:
        setattr(rules, name, chosen.get(name, getattr(rules, name)))
    _refuse_odd_hours(rules)
    rules.changed_by = by
    rules.save()
    # As they are stored: numbers that came as texts are numbers.
    rules.refresh_from_db()
    audit.record(action=AuditAction.MAIL_RULES, by=by, on=rules, before=before, after=rules.as_dict)
    return rules


def _refuse_odd_hours(rules: MailRules) -> None:
    """Refused where quiet hours have one end only, or end when they begin; both ends may be
    missing.
    """
    hours = rules.quiet_from, rules.quiet_until
    if hours == (None, None):
        return
    if None in hours or hours[0] == hours[1]:
        raise Refused(_("Quiet hours have a beginning and an end, and they differ."))
