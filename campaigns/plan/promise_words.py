"""What the gates found of a campaign's promise, said to people."""

from django.utils.translation import gettext as _

from campaigns.plan.promised import WHOLE, ArmsWritten, OutcomeNamed
from campaigns.plan.saying import Sentence, listed


def outcome_named(check: OutcomeNamed) -> Sentence:
    """The outcome, or that none is named."""
    if not check.ok:
        return Sentence(
            _("No outcome is named yet: then it is judged by whatever readers did."),
            short=_("none yet"),
        )
    return Sentence(check.outcome)


def arms_written(check: ArmsWritten) -> Sentence:
    """Which arms there are, or what they lack."""
    if not check.asked:
        return Sentence(_("No outcome is named, so nobody is drawn into arms."))
    if check.share != WHOLE:
        return Sentence(
            _("The arms share %(n)d %% of the readers; together they make 100 %%.")
            % {"n": check.share},
            short=_("not 100 %"),
        )
    if check.lacking:
        return Sentence(
            _("No mail is written for: %(list)s") % {"list": listed(check.lacking)},
            short=_("%(n)d without") % {"n": len(check.lacking)},
        )
    return Sentence(listed(check.arms))
