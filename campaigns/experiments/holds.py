"""What experiments hold of a person."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.experiments.models import NamedOutcome, Role
from core.holds import Erase, Hold, Shown
from crm.readers.words import label_in

PURPOSE = _("to tell what a campaign brought about from what would have happened anyway")
BASIS = _("consent")

#: (outcome, kind of activity) of each outcome that is an activity.
KINDS = ", ".join(
    f"('{outcome}', '{outcome.kind}')"
    for outcome in NamedOutcome
    if outcome != NamedOutcome.LISTED_LOAN
)
#: A day is one of the library's own time: the database's session counts in Greenwich's.
DAY_OF_THE_DRAW = f"timezone('{settings.TIME_ZONE}', campaigns_assignment.at)::date"
#: How often the person had the outcome from their assignment to now, at most in its window. Of a
#: first visit nothing is left where there had been one since the day the plan names: such readers
#: are compared with nobody.
SO_FAR = f"""
(SELECT CASE
    WHEN e.outcome = '{NamedOutcome.LISTED_LOAN}' THEN (
        SELECT count(*)
        FROM crm_listedloan l
        WHERE l.reader_id = campaigns_assignment.reader_id
          AND l.collection_id = c.collection_id
          AND l.day >= {DAY_OF_THE_DRAW}
          AND l.day < {DAY_OF_THE_DRAW} + e.window_days)
    WHEN e.outcome = '{NamedOutcome.FIRST_VISIT}' AND EXISTS (
        SELECT FROM crm_activity v
        WHERE v.reader_id = campaigns_assignment.reader_id
          AND v.kind = '{NamedOutcome.FIRST_VISIT.kind}'
          AND v.at >= timezone('{settings.TIME_ZONE}', e.first_since::timestamp)
          AND v.at < campaigns_assignment.at) THEN NULL
    ELSE (
        SELECT count(*)
        FROM crm_activity a
        JOIN (VALUES {KINDS}) AS seen (outcome, kind)
            ON seen.outcome = e.outcome AND seen.kind = a.kind
        WHERE a.reader_id = campaigns_assignment.reader_id
          AND a.at >= campaigns_assignment.at
          AND a.at < campaigns_assignment.at + make_interval(days => e.window_days))
    END
FROM campaigns_experiment e
JOIN campaigns_campaign c ON c.id = e.campaign_id
WHERE e.id = campaigns_assignment.experiment_id)
"""

HOLDS = [
    Hold(
        "campaigns.Assignment",
        "reader",
        # The arms of an evaluation must not change because somebody left.
        Erase.DETACH,
        title=_("By lot: which letter of a campaign I get, or none"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("campaign"), "experiment__campaign__title"),
            Shown(_("drawn as"), "role", label_in(Role)),
            Shown(pgettext_lazy("of an arm", "name"), "arm__label"),
        ),
        order="-at",
        purpose=PURPOSE,
        basis=BASIS,
        writes={"outcome_so_far": SO_FAR},
    ),
]
