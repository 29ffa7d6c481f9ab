"""Letters that ask somebody to decide: which report waits, and the way to it.

The way leads through signing in, and the page it opens asks before it decides: no letter holds
anything that decides by itself.
"""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.loop import storage
from analytics.loop.conclusions import effect_sentence
from analytics.loop.models import Evaluation, SecondReading
from analytics.loop.words import field_name
from campaigns.plan.models import Campaign
from crm.library.chosen import letters_language
from crm.staff.models import User
from feedback.voices.letters import LetterText


def is_final(evaluation: Evaluation) -> bool:
    """Whether a report concludes something that does not change any more.

    Neither the campaign's period nor the window of any of its readers is still running.
    """
    judgement = storage.results_as_told(evaluation.results).judgement
    if judgement is None or storage.is_provisional(evaluation):
        return False
    return not judgement.effect.provisional


def told_once(campaign: Campaign, to: User) -> str:
    """Under which the letter about a final report is written: once for each campaign and person,
    however often it is evaluated again.
    """
    return f"decision/{campaign.pk}/{to.pk}"


def sent_once(campaign: Campaign, to: User, day: date) -> str:
    """Under which somebody sends it on: once a day to each person."""
    return f"decision/{campaign.pk}/{to.pk}/{day:%Y-%m-%d}"


def way_to_decide(campaign: Campaign) -> str:
    """The address that opens what the newest report of a campaign proposes.

    It holds no secret: whoever follows it has to sign in, and is asked there.
    """
    return settings.BASE_URL + reverse("analytics:campaign-decide", args=[campaign.pk])


def decision_letter(evaluation: Evaluation, waiting: int, by: User | None = None) -> LetterText:
    """What the report says in one sentence, and how many proposals wait. ``by``: who sends it on;
    nobody where the report itself was the cause. ``evaluation`` concludes something.
    """
    language = letters_language()
    with translation.override(language):
        judgement = storage.results_as_told(evaluation.results).judgement
        said = [_said(evaluation.campaign, waiting), effect_sentence(judgement.effect)]
        if by is not None:
            said.insert(0, _("%(who)s sends you this report.") % {"who": by})
        subject = _("To be decided: %(campaign)s") % {"campaign": evaluation.campaign}
        text = _letter(said, evaluation.campaign)
    return LetterText(language, subject, text)


def _said(campaign: Campaign, waiting: int) -> str:
    """That a report proposes something."""
    return ngettext(
        "The report about “%(campaign)s” is final, and %(n)s proposal waits for a decision.",
        "The report about “%(campaign)s” is final, and %(n)s proposals wait for a decision.",
        waiting,
    ) % {"campaign": campaign, "n": waiting}


def second_letter(asked: SecondReading) -> LetterText:
    """What somebody wants to decide against the recommendation, and that it takes another's yes.
    The reason stands on the page.
    """
    adjustment = asked.adjustment
    campaign = adjustment.evaluation.campaign
    language = letters_language()
    with translation.override(language):
        subject = _("A second person is asked for: %(campaign)s") % {"campaign": campaign}
        said = _(
            "%(who)s wants to decide against what the report about “%(campaign)s” recommends"
            " (%(what)s). It counts once a second person agrees."
        ) % {"who": asked.asked_by, "campaign": campaign, "what": field_name(adjustment)}
        text = _letter([said], campaign)
    return LetterText(language, subject, text)


def _letter(said: list[str], campaign: Campaign) -> str:
    """Paragraphs, the way, and what it does."""
    way = way_to_decide(campaign)
    opens = _("The link opens the report once you have signed in; it decides nothing by itself.")
    return "\n\n".join([*said, way, opens]) + "\n"
