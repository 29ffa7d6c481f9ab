"""What a reader wrote and what became of it, for the page of the reader.

A work that is still being judged stands nowhere here: it would tell its reviewers who wrote it.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from core.numbers import number
from crm.readers.models import Activity
from crm.readers.parts import (
    Exchange,
    Interaction,
    InteractionKind,
    NextStep,
    PageSection,
    ReaderPart,
)
from crm.readers.words import day_of
from feedback.calls.models import Submission

State = Submission.State
TEMPLATE = "feedback/calls/_written_by_reader.html"
#: Not sent in, being looked at, or being judged.
UNSEEN = (State.DRAFT, State.HELD, State.SUBMITTED)
#: The newest on the page; the timeline has all.
SHOWN = 6
#: States of works whose words the page shows: those that the library chose.
CHOSEN = (State.ACCEPTED, State.PUBLISHED)


@dataclass(frozen=True)
class ToldWork:
    """One work: its words where they may stand here, and what became of it."""

    work: Submission
    words: str
    fate: str
    is_published: bool


def works_of(reader, viewer) -> QuerySet[Submission]:
    """Works of the reader that are decided, or were taken back or put aside."""
    works = Submission.objects.visible_to(viewer).filter(author=reader)
    return works.exclude(state__in=UNSEEN).select_related("call")


def dated(reader, viewer) -> QuerySet[Submission]:
    """Those of which the day is known on which they were sent in."""
    return works_of(reader, viewer).filter(submitted_at__isnull=False)


def published(reader, viewer) -> QuerySet[Submission]:
    """Those on show."""
    return works_of(reader, viewer).filter(state=State.PUBLISHED)


def publishing_told(work: Submission) -> Interaction:
    """A work by its title, on the day it was put on show."""
    text = _("Work “%(title)s” published") % {"title": work.title}
    return Interaction(at=work.published_at, text=text, url=work.get_absolute_url(), is_ours=True)


def work_told(work: Submission) -> Interaction:
    """A work by its title, on the day it was sent in."""
    text = _("Work “%(title)s” sent in") % {"title": work.title}
    return Interaction(at=work.submitted_at, text=text)


def part_of(reader, viewer) -> ReaderPart:
    """What the reader wrote, and what the library made of it. Three statements."""
    mine = works_of(reader, viewer)
    # What everybody may read comes first, then what was sent in last.
    on_show = F("published_at").desc(nulls_last=True)
    newest = list(mine.order_by(on_show, "-submitted_at", "-pk")[:SHOWN])
    counted = mine.aggregate(
        received=Count("pk", filter=Q(state__in=Submission.RECEIVED)),
        chosen=Count("pk", filter=Q(state__in=CHOSEN)),
        published=Count("pk", filter=Q(state=State.PUBLISHED)),
        thanked=Count("thanked_at"),
    )
    if not newest:
        return ReaderPart()
    return ReaderPart(
        gave=_gave(counted["received"], counted["chosen"]),
        got=_got(counted["published"], counted["thanked"]),
        last=_last(reader, viewer),
        steps=tuple(publishing_due(work) for work in newest if _may_be_published(work, viewer)),
        words=(PageSection(TEMPLATE, {"written": list(map(what_became_of, newest))}),),
    )


def _last(reader, viewer) -> Interaction | None:
    """The work that was sent in last; None where of none the day is known."""
    newest = dated(reader, viewer).order_by("-submitted_at", "-pk").first()
    if newest is None:
        return None
    return work_told(newest)


def _gave(n: int, chosen: int) -> tuple[Exchange, ...]:
    """How many works were sent in and decided, and how many of them were chosen."""
    if not n:
        return ()
    said = ngettext("%(n)s work", "%(n)s works", n) % {"n": number(n)}
    if not chosen:
        return (Exchange(said),)
    return (Exchange(said, _("%(n)s of them chosen") % {"n": number(chosen)}),)


def _got(published: int, thanked: int) -> tuple[Exchange, ...]:
    """How many of them were published, and how often thanks were said."""
    found = []
    if published:
        said = ngettext("%(n)s work published", "%(n)s works published", published)
        found.append(Exchange(said % {"n": number(published)}, _("for everybody to read")))
    if thanked:
        said = ngettext("thanks once", "thanks %(n)s times", thanked)
        found.append(Exchange(said % {"n": number(thanked)}, _("with words of our own")))
    return tuple(found)


# --- what became of one ---------------------------------------------------------------------------
def what_became_of(work: Submission) -> ToldWork:
    """A work with its words, where the library chose it."""
    # What was not chosen, or was taken back, stays between its author and the reviewers.
    words = ""
    if work.state in CHOSEN:
        words = work.text.strip()
    return ToldWork(work, words, _fate(work), is_published=work.state == State.PUBLISHED)


def _fate(work: Submission) -> str:
    """When it was sent in and published, under which name, in one sentence."""
    if work.state == State.PUBLISHED:
        said = {"day": day_of(work.published_at), "name": work.pen_name}
        if work.pen_name:
            return _("Published on %(day)s, signed “%(name)s”") % said
        return _("Published on %(day)s") % said
    if work.submitted_at is None:
        return ""
    said = {"day": day_of(work.submitted_at), "call": work.call.title}
    return _("Sent in on %(day)s for “%(call)s”") % said


def _may_be_published(work: Submission, viewer) -> bool:
    """Whether a work was chosen, is not on show yet, and this viewer may put it there."""
    return work.state == State.ACCEPTED and viewer.can("calls.edit")


def publishing_due(work: Submission) -> NextStep:
    """That a chosen work is to be published and thanked for."""
    return NextStep(
        said=_("“%(title)s” was chosen and is not published yet.") % {"title": work.title},
        beside=_("Its author is thanked when it is published."),
        label=_("Publish and thank"),
        url=reverse("feedback:work-review", args=[work.pk]),
    )


PARTS = [part_of]
INTERACTIONS = [
    InteractionKind(
        code="work",
        rows=dated,
        at="submitted_at",
        say=work_told,
        label=pgettext_lazy("kind of what happened", "Work sent in"),
    ),
    # What is noted as a contribution of the reader is noted when the work is published.
    InteractionKind(
        code=Activity.Kind.CONTRIBUTION, rows=published, at="published_at", say=publishing_told
    ),
]
