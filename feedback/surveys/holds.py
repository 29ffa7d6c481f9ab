"""What surveys hold of a person: only answers that were given by name."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.holds import Erase, Hold, Shown, Unknowable
from core.localised import localised
from feedback.surveys.wording import answers_in_words

PURPOSE = _("to learn what readers think of the library")
BASIS = _("consent")
#: What was chosen stays in the figures, what was written goes.
ANSWERS_WITHOUT_TEXTS = """
    (SELECT coalesce(
         jsonb_object_agg(key, value) FILTER (WHERE jsonb_typeof(value) <> 'string'), '{}')
     FROM jsonb_each(answers))"""
#: Who typed the survey's address answered in the arm in which they were: the row that stays in
#: that arm takes the answer.
DELIVERY_OF_THE_CAMPAIGN = """
    coalesce(delivery_id, (
        SELECT min(d.id)
        FROM feedback_survey s
        JOIN campaigns_content c ON c.campaign_id = s.campaign_id
        JOIN campaigns_delivery d ON d.content_id = c.id
        WHERE s.id = survey_id AND d.reader_id = person))"""

HOLDS = [
    Hold(
        "feedback.Response",
        "reader",
        Erase.DETACH,
        title=_("Surveys I answered by name"),
        shown=(
            Shown(_("when"), "submitted_at"),
            Shown(_("survey"), "survey__title", localised),
            Shown(_("my answers"), "answers", answers_in_words, beside="version__definition"),
        ),
        order="-submitted_at",
        purpose=PURPOSE,
        basis=BASIS,
        writes={
            "answers": ANSWERS_WITHOUT_TEXTS,
            "digest": "''",
            "delivery_id": DELIVERY_OF_THE_CAMPAIGN,
        },
    ),
    Hold(
        "feedback.AnswerText",
        "response__reader",
        Erase.DELETE,
        title=_("What I wrote in surveys by name"),
        shown=(
            Shown(_("when"), "response__submitted_at"),
            Shown(pgettext_lazy("survey", "question"), "item__text", localised),
            Shown(_("text"), "text"),
        ),
        purpose=PURPOSE,
        basis=BASIS,
    ),
]
UNKNOWABLE = [
    Unknowable(
        "feedback.Participation",
        _("That somebody took part in an anonymous survey"),
        _("A keyed hash and a day, so that nobody answers twice; it leads to no answer."),
        _("so that nobody answers twice"),
    ),
    Unknowable(
        "feedback.HeldAnswer",
        _("Answers to anonymous surveys"),
        _("Nobody can tell which are yours, so they can be neither shown nor taken out."),
        _("to learn what readers think"),
    ),
]
