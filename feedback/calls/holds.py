"""What calls hold of a person."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.holds import Erase, Hold, OwnLine, OwnThings, Shown
from crm.readers.words import label_in
from feedback.calls.models import Submission, WorkState

PURPOSE = _("to choose and to show works")
BASIS = _("consent")

RECEIVED = ", ".join(f"'{state}'" for state in Submission.RECEIVED)
#: In the arm in which the author was, the row that stays there takes the work.
WORKS_THAT_WERE_MADE = f"""
    WITH one AS MATERIALIZED (SELECT gen_random_uuid() AS maker)
    INSERT INTO feedback_gonework (call_id, maker, delivery_id, submitted_at)
    SELECT w.call_id, one.maker, (
            SELECT min(d.id)
            FROM feedback_call k
            JOIN campaigns_content c ON c.campaign_id = k.campaign_id
            JOIN campaigns_delivery d ON d.content_id = c.id
            WHERE k.id = w.call_id AND d.reader_id = person), w.submitted_at
    FROM feedback_submission w
    CROSS JOIN one
    WHERE w.author_id = person
      AND w.submitted_at IS NOT NULL
      AND w.state IN ({RECEIVED})"""

HOLDS = [
    Hold(
        "feedback.Submission",
        "author",
        # A work is its author's: it goes with them, on show or not.
        Erase.DELETE,
        leaves=WORKS_THAT_WERE_MADE,
        title=_("My works"),
        shown=(
            Shown(_("sent in"), "submitted_at"),
            Shown(_("call"), "call__title"),
            Shown(_("title"), "title"),
            Shown(_("name to print"), "pen_name"),
            Shown(_("text"), "text"),
            Shown(_("licence I gave"), "licence_agreed"),
            Shown(_("state"), "state", label_in(WorkState)),
            Shown(_("thanks"), "thanks"),
        ),
        order="-created_at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
    Hold(
        "feedback.Review",
        "submission__author",
        Erase.DELETE,
        title=_("How my works were judged"),
        shown=(
            Shown(_("work"), "submission__title"),
            Shown(_("score"), "score"),
            Shown(pgettext_lazy("of a review", "note"), "note"),
        ),
        # While it is judged neither side knows the other's word.
        left_out={"submission__state": Submission.State.SUBMITTED},
        purpose=PURPOSE,
        basis=BASIS,
    ),
]


def line_of(work: Submission) -> OwnLine:
    """The work by its title; a draft leads to where it is written on."""
    return OwnLine(
        text=work.title, state=work.get_state_display(), url=work.own_url, at=work.updated_at
    )


def works_of(reader):
    """What a reader wrote or sent in, the newest first."""
    return Submission.objects.filter(author=reader).select_related("call").order_by("-updated_at")


MINE = [
    OwnThings(title=_("My works"), all_at="feedback:work-mine", find=works_of, say=line_of),
]
