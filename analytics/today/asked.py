"""What readers wait for: answers, a look, a decision about what they made or say is wrong.

Each kind takes two statements, over the rows that this person may see.
"""

from dataclasses import replace
from functools import partial

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from analytics.today import time_left, words
from analytics.today.items import DeskClock, DeskItem, Left, Lot
from analytics.today.lots import due_at_a_moment, lot_of, without_term
from crm.privacy.models import Correction
from crm.staff.words import suspicion_in_words
from feedback.calls.models import Review, Submission
from feedback.voices.models import MessageState, Voice

#: Of what a program may have sent or added: what is to be done with it.
TO_LOOK_AT = pgettext_lazy("a line", "to look at")


# --- voices ---------------------------------------------------------------------------------------
def voices(user, clock: DeskClock) -> Lot:
    """Voices without an answer that nobody else has in hand; what is due first stands first."""
    mine = Q(assigned_to=None) | Q(assigned_to=user)
    rows = Voice.objects.visible_to(user).waiting().filter(mine)
    rows = rows.with_due().with_newest(MessageState.TAKEN).select_related("campus")
    url = reverse("feedback:voice-list")
    line = partial(voice_item, clock=clock)
    return lot_of(rows.order_by("due", "pk"), line, due_at_a_moment, clock, kind="voices", url=url)


def held(user, clock: DeskClock) -> Lot:
    """Voices to be looked at first, themselves or for what was written to them later."""
    rows = Voice.objects.visible_to(user).held().with_newest(MessageState.HELD)
    rows = rows.select_related("campus").order_by("received_at", "pk")
    url = f"{reverse('feedback:voice-list')}?state={Voice.State.HELD}"
    return lot_of(rows, partial(held_item, clock=clock), without_term, clock, kind="held", url=url)


def voice_item(voice: Voice, clock: DeskClock) -> DeskItem:
    """A voice that waits for an answer, by what its reader wrote last; needs ``newest``."""
    return voice_line(
        voice,
        clock,
        kind=voice.get_kind_display(),
        action=pgettext("a line", "Answer"),
        text=words.quoted(voice.newest or voice.text),
        left=left_of(voice, clock),
        also=promise_of(voice),
        begun=words.began_with(voice),
    )


def held_item(voice: Voice, clock: DeskClock) -> DeskItem:
    """What a program may have sent, or may have added to a voice; needs ``newest`` of what is
    held.
    """
    if voice.state != Voice.State.HELD:
        return added_item(voice, clock)
    return voice_line(
        voice,
        clock,
        kind=TO_LOOK_AT,
        action=pgettext("a line", "Look"),
        text=words.quoted(voice.text),
        left=time_left.waiting_since(voice.received_at, clock),
        also=(suspicion_in_words(voice.suspected),),
    )


def added_item(voice: Voice, clock: DeskClock) -> DeskItem:
    """What a program may have added to a voice, which itself stands among those that wait: it is
    looked at on the page of the voice, beside the whole conversation.
    """
    line = voice_line(
        voice,
        clock,
        kind=TO_LOOK_AT,
        action=pgettext("a line", "Look"),
        text=words.quoted(voice.newest),
        left=time_left.waiting_since(voice.newest_at, clock),
        begun=words.added_to(voice),
    )
    return replace(
        line,
        key=f"voice-added-{voice.pk}",
        url=voice.get_absolute_url(),
        in_place=False,
    )


def voice_line(voice: Voice, clock: DeskClock, *, kind: str, also=(), **line) -> DeskItem:
    """A line about a voice that is opened in its place; ``also``: what stands beneath at the end,
    ``line``: fields of the item.
    """
    return DeskItem(
        key=f"voice-{voice.pk}",
        kinds=(pgettext("a line", "Voice"), str(kind)),
        is_said=True,
        url=reverse("analytics:today-voice", args=[voice.pk]),
        details=details_of(voice, clock, *also),
        in_place=True,
        **line,
    )


def left_of(voice: Voice, clock: DeskClock) -> Left:
    """Until when its first answer is promised; of later ones how long the reader waits for them,
    since nothing is promised. Needs ``newest_at``.
    """
    if voice.answered_at is None:
        return time_left.until(voice.answer_due_at, clock)
    return time_left.waiting_since(voice.newest_at or voice.answered_at, clock)


def promise_of(voice: Voice) -> list[str]:
    """What is promised before the first answer to a voice; nothing is of later ones."""
    if voice.answered_at is None:
        return [words.promise(voice)]
    return []


def details_of(voice: Voice, clock: DeskClock, *others: str) -> tuple[str, ...]:
    """What is said beneath a voice: what it is about, where, when it came, and ``others``."""
    said = [voice.get_category_display(), words.came(voice.received_at, clock), *others]
    if voice.campus is not None:
        said.insert(1, str(voice.campus))
    return tuple(said)


# --- works ----------------------------------------------------------------------------------------
def works(user, clock: DeskClock) -> Lot:
    """Works that wait for a decision, the oldest first; their authors are not told."""
    rows = with_own_score(Submission.objects.visible_to(user), user)
    rows = rows.filter(state=Submission.State.SUBMITTED).order_by("submitted_at", "pk")
    url = reverse("feedback:call-desk-list")
    return lot_of(rows, partial(work_item, clock=clock), without_term, clock, kind="works", url=url)


def with_own_score(works: QuerySet[Submission], user) -> QuerySet[Submission]:
    """Works with their call and with ``own``: the score this reviewer gave, None for none."""
    own = Review.objects.filter(submission=OuterRef("pk"), reviewer=user).values("score")
    return works.select_related("call").annotate(own=Subquery(own))


def work_item(work: Submission, clock: DeskClock) -> DeskItem:
    """A work by its first line; needs ``own``."""
    action = pgettext("a line", "Read it")
    if work.own is not None:
        action = pgettext("a line", "Decide")
    return DeskItem(
        key=f"work-{work.pk}",
        kinds=(pgettext("a line", "Work"), pgettext("a line", "Review")),
        text=words.quoted(work.text),
        is_said=True,
        left=time_left.waiting_since(work.submitted_at, clock),
        url=reverse("analytics:today-work", args=[work.pk]),
        action=action,
        details=(words.work_title(work.title), str(work.call), words.scores(work.own)),
        in_place=True,
    )


# --- corrections ----------------------------------------------------------------------------------
def corrections(user, clock: DeskClock) -> Lot:
    """Corrections that this person may decide about, the oldest first."""
    rows = open_corrections(user).order_by("asked_at", "pk")
    url = reverse("crm:correction-list")
    return lot_of(
        rows,
        partial(correction_item, clock=clock),
        without_term,
        clock,
        kind="corrections",
        url=url,
    )


def open_corrections(user) -> QuerySet[Correction]:
    """Those that this person may decide about; none without the right to change readers."""
    if not user.can("readers.edit"):
        return Correction.objects.none()
    return Correction.objects.visible_to(user).waiting()


def correction_item(correction: Correction, clock: DeskClock) -> DeskItem:
    """A correction without what should stand there: that names its reader, who is told of looks."""
    return DeskItem(
        key=f"correction-{correction.pk}",
        kinds=(pgettext("a line", "Reader"), pgettext("a line", "Correction")),
        text=words.correction(correction),
        left=time_left.waiting_since(correction.asked_at, clock),
        url=reverse("crm:correction-detail", args=[correction.pk]),
        action=pgettext("a line", "Decide"),
        details=(words.came(correction.asked_at, clock),),
    )
