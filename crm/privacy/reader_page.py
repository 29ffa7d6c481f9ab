"""Which corrections a reader asked for, for the page of the reader.

What should stand there instead is left to the page on which it is decided.
"""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from crm.privacy.models import Correction
from crm.readers.parts import Interaction, InteractionKind, NextStep, ReaderPart
from crm.readers.words import day_of

#: So many that wait are told; a reader asks for few.
SHOWN = 6


def corrections_of(reader, viewer) -> QuerySet[Correction]:
    """What the reader asked to be corrected; none for a viewer who may not decide about it."""
    return Correction.objects.visible_to(viewer).filter(reader=reader)


def correction_told(asked: Correction) -> Interaction:
    """That a correction was asked for, by what is wrong."""
    text = _("Asked for a correction: %(field)s") % {"field": asked.get_field_display()}
    url = reverse("crm:correction-detail", args=[asked.pk])
    return Interaction(at=asked.asked_at, text=text, url=url)


def part_of(reader, viewer) -> ReaderPart:
    """The newest correction, and those that wait for a decision. Two statements."""
    mine = corrections_of(reader, viewer)
    newest = mine.order_by("-asked_at", "-pk").first()
    if newest is None:
        return ReaderPart()
    waiting = mine.waiting().order_by("asked_at", "pk")[:SHOWN]
    return ReaderPart(last=correction_told(newest), steps=tuple(map(decision_due, waiting)))


def decision_due(asked: Correction) -> NextStep:
    """That a correction waits for a decision; no time is promised for it."""
    return NextStep(
        said=_("A correction waits: %(field)s.") % {"field": asked.get_field_display()},
        beside=_("Asked for on %(day)s") % {"day": day_of(asked.asked_at)},
        label=_("Decide"),
        url=reverse("crm:correction-detail", args=[asked.pk]),
    )


PARTS = [part_of]
INTERACTIONS = [
    InteractionKind(
        code="correction",
        rows=corrections_of,
        at="asked_at",
        say=correction_told,
        label=pgettext_lazy("kind of what happened", "Correction asked for"),
    )
]
