"""A campaign's row, held for a change.

Every verb of a plan takes it first, so that a change and a go-live cannot pass each other.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.plan.models import Campaign
from core.refusals import Refused


def hold_open(campaign: Campaign) -> Campaign:
    """The campaign's row, locked against everybody else until the transaction ends; read anew from
    the database.

    Refused once it is closed. DoesNotExist where it was deleted meanwhile.
    """
    # Read anew: what the page loaded may be older than the step somebody else has just made.
    held = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if held.is_closed:
        raise Refused(_("This campaign is closed; its record stays as it is."))
    return held


def hold_plan(campaign: Campaign) -> Campaign:
    """As ``hold_open``; Refused once the campaign is live."""
    held = hold_open(campaign)
    if held.is_locked:
        raise Refused(
            _("The plan has been locked since going live on %(day)s by %(person)s.")
            % {"day": timezone.localdate(held.locked_at), "person": held.locked_by}
        )
    return held


def refuse_next_of_stopped(campaign: Campaign) -> None:
    """Refused where it was decided to stop: nothing follows on what harmed. One statement."""
    if campaign.evaluations.decided_to_stop():
        raise Refused(
            _("It was decided to stop: this line has no next round. Begin a new campaign instead.")
        )
