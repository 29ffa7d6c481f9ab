"""Which surveys a reader answered, for the page of the reader: that they did, never what."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.numbers import number
from crm.readers.models import Activity
from crm.readers.parts import Exchange, Interaction, InteractionKind, ReaderPart
from crm.readers.words import day_of
from feedback.surveys.models import Response


def answers_of(reader, viewer) -> QuerySet[Response]:
    """Answers under the reader's name; an anonymous survey is never among them."""
    named = Response.objects.filter(reader=reader, survey__anonymous=False)
    return named.select_related("survey")


def answer_told(response: Response) -> Interaction:
    """That a survey was answered, by its title."""
    text = _("Answered the survey “%(title)s”") % {"title": response.survey}
    return Interaction(at=response.submitted_at, text=text)


def part_of(reader, viewer) -> ReaderPart:
    """How many surveys the reader answered, and the last one. Two statements."""
    newest = answers_of(reader, viewer).order_by("-submitted_at", "-pk").first()
    if newest is None:
        return ReaderPart()
    n = answers_of(reader, viewer).count()
    gave = Exchange(
        said=ngettext("%(n)s survey answer", "%(n)s survey answers", n) % {"n": number(n)},
        beside=_("last one on %(day)s") % {"day": day_of(newest.submitted_at)},
    )
    return ReaderPart(gave=(gave,), last=answer_told(newest))


PARTS = [part_of]
INTERACTIONS = [
    InteractionKind(code=Activity.Kind.ANSWER, rows=answers_of, at="submitted_at", say=answer_told)
]
