"""Phase × involvement: in which phase of a campaign how many readers took part, and how.

The article asks for collecting, tracking, contributing and feedback in every step of a campaign
(§4.1, A13). A way of taking part counts where a door of the portal records it for the campaign:

* *answered* a survey of the campaign under a name; anonymous answers are nobody's;
* *followed* a link of its mails, machines left out (docs/machine-clicks.md);
* *spoke*: a message that names the campaign;
* *contributed* a work to a call of the campaign.

Who came to an event, and who planned or performed with the library, no door records by campaign:
that is not measured, and never 0. Readers who switched analytics about themselves off are in no
number.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign, PhaseMove
from campaigns.sending.models import Click
from core import disclosure
from core.disclosure import Missing, count_in_tens, hide_row
from feedback.calls.models import Call, GoneWork, Submission
from feedback.surveys.models import Response, Survey
from feedback.voices.models import Voice

Phase = Campaign.Phase
#: Numbers of persons by way of taking part and phase.
Numbers = Counter[tuple["InvolvementWay", str]]


class InvolvementWay(StrEnum):
    """How readers take part; the value is also the name of the question whether there is a door."""

    ANSWERED = "answered"
    FOLLOWED = "followed"
    SPOKE = "spoke"
    CONTRIBUTED = "contributed"
    CAME = "came"
    PLANNED = "planned"


#: Ways that a door of today records by campaign; no page does so of the others.
RECORDED = (
    InvolvementWay.ANSWERED,
    InvolvementWay.FOLLOWED,
    InvolvementWay.SPOKE,
    InvolvementWay.CONTRIBUTED,
)


@dataclass(frozen=True)
class InvolvementRow:
    """One phase: a count for each way, in the order of ``Way``.

    ``has_begun``: false where no campaign looked at has come so far.
    """

    phase: Phase
    has_begun: bool
    cells: tuple[disclosure.Count, ...]


@dataclass(frozen=True)
class Involvement:
    """The matrix of one campaign or of several. ``without_door``: ways that nothing recorded."""

    campaigns: int
    rows: tuple[InvolvementRow, ...]
    without_door: frozenset[InvolvementWay]

    @property
    def hides_some(self) -> bool:
        """Whether a cell is withheld, so that a note belongs beside the table."""
        cells = chain.from_iterable(row.cells for row in self.rows)
        return any(cell.is_withheld for cell in cells)


def involvement(campaigns: QuerySet[Campaign]) -> Involvement:
    """Readers by phase and way, different persons in each cell, over ``campaigns`` together.

    Seven statements, however many campaigns there are.
    """
    doors = _doors(campaigns)
    begun = _begun(campaigns)
    numbers = _numbers(campaigns)

    # Column by column, since small cells are hidden as parts of one way's total.
    columns = []
    for way in InvolvementWay:
        columns.append(_column(way, numbers, has_door=way in doors.open))
    rows = []
    for place, phase in enumerate(Phase):
        cells = tuple(column[place] for column in columns)
        rows.append(InvolvementRow(phase, phase in begun, cells))
    return Involvement(doors.campaigns, tuple(rows), frozenset(set(InvolvementWay) - doors.open))


def _column(way: InvolvementWay, numbers: Numbers, *, has_door: bool) -> list[disclosure.Count]:
    """One way of taking part, phase by phase, in tens.

    Other pages tell how many there were in all, so that small cells are covered as parts of one
    total. They count other periods besides, hence the tens: a difference of a few readers shows in
    no cell.
    """
    if not has_door:
        return [disclosure.Count.without(Missing.NOT_MEASURED)] * len(Phase)

    exact = [numbers[way, phase.value] for phase in Phase]
    cells = []
    for number, shown in zip(exact, hide_row(exact), strict=True):
        cells.append(_cell(number, is_hidden=shown is None))
    return cells


def _cell(number: int, *, is_hidden: bool) -> disclosure.Count:
    """One phase of one way of taking part: in tens, or withheld."""
    if is_hidden:
        return disclosure.Count.without(Missing.WITHHELD)
    return count_in_tens(number)


# --- doors ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Doors:
    """How many campaigns were looked at, and the ways that at least one of them records."""

    campaigns: int
    open: frozenset[InvolvementWay]


def _doors(campaigns: QuerySet[Campaign]) -> Doors:
    """Which ways of taking part something could have recorded; one statement."""
    own = {"campaign": OuterRef("pk")}
    surveys = Survey.objects.filter(**own, anonymous=False).exclude(state=Survey.State.DRAFT)
    mails = Content.objects.filter(**own, launched_at__isnull=False)
    # No page asks which campaign a message is about: where none names one, nothing was recorded.
    voices = Voice.objects.filter(**own)
    calls = Call.objects.filter(**own, published=True)
    found = campaigns.aggregate(
        campaigns=Count("pk"),
        answered=Count("pk", filter=Exists(surveys)),
        followed=Count("pk", filter=Exists(mails)),
        spoke=Count("pk", filter=Exists(voices)),
        contributed=Count("pk", filter=Exists(calls)),
    )
    opened = [way for way in RECORDED if found[way]]
    return Doors(found["campaigns"], frozenset(opened))


def _begun(campaigns: QuerySet[Campaign]) -> set[str]:
    """The phases that at least one campaign has come to; one statement."""
    moves = PhaseMove.objects.filter(campaign__in=campaigns)
    # Every campaign begins with preparing, and no move says so.
    return {Phase.PREPARE.value, *moves.order_by().values_list("after", flat=True).distinct()}


# --- numbers --------------------------------------------------------------------------------------
def _numbers(campaigns: QuerySet[Campaign]) -> Numbers:
    """Different persons by way and phase; five statements. Exact numbers, which no page prints:
    ``_column`` makes them coarse.
    """
    numbers: Numbers = Counter()
    for way, found, person in _traces(campaigns):
        # An order of the model would split the groups.
        by_phase = found.order_by().values("phase").annotate(n=Count(person, distinct=True))
        for phase, n in by_phase.values_list("phase", "n"):
            # Makers of works that are gone are nobody among those who are there.
            numbers[way, phase] += n
    return numbers


def _traces(
    campaigns: QuerySet[Campaign],
) -> Iterator[tuple[InvolvementWay, QuerySet, str | Coalesce]]:
    """What each door kept, with the phase it fell into, and what tells persons apart there."""
    answers = Response.objects.counted().filter(
        reader__isnull=False, survey__campaign__in=campaigns
    )
    yield InvolvementWay.ANSWERED, _of_known(answers, "survey__campaign", "submitted_at"), "reader"

    clicks = Click.objects.filter(left_out="", delivery__isnull=False, link__campaign__in=campaigns)
    # Of mails sent long ago the person is taken out, and each stands for one.
    somebody = Coalesce("delivery__reader", -F("delivery"))
    followed = clicks.exclude(delivery__reader__analytics=False)
    yield InvolvementWay.FOLLOWED, _with_phase(followed, "link__campaign", "at"), somebody

    voices = Voice.objects.let_through().filter(campaign__in=campaigns)
    yield InvolvementWay.SPOKE, _of_known(voices, "campaign", "received_at"), "reader"

    works = Submission.objects.received().filter(call__campaign__in=campaigns)
    works = works.filter(author__analytics=True)
    yield InvolvementWay.CONTRIBUTED, _with_phase(works, "call__campaign", "submitted_at"), "author"
    gone = GoneWork.objects.filter(call__campaign__in=campaigns)
    yield InvolvementWay.CONTRIBUTED, _with_phase(gone, "call__campaign", "submitted_at"), "maker"


def _of_known(rows: QuerySet, campaign: str, at: str) -> QuerySet:
    """Rows of readers who let the library compute about them, with their phase."""
    return _with_phase(rows.filter(reader__analytics=True), campaign, at)


def _with_phase(rows: QuerySet, campaign: str, at: str) -> QuerySet:
    """Rows with ``phase``: the one in which the campaign was at the moment ``at``.

    Going live and closing stand on the campaign itself; before, the last move says.
    """
    moves = PhaseMove.objects.filter(campaign=OuterRef(campaign), at__lte=OuterRef(at))
    last = moves.order_by("-at", "-pk").values("after")[:1]
    closed = Q(**{f"{campaign}__closed_at__lte": F(at)})
    live = Q(**{f"{campaign}__locked_at__lte": F(at)})
    return rows.annotate(
        phase=Case(
            When(closed, then=Value(Phase.CLOSED.value)),
            When(live, then=Value(Phase.PERFORMANCE.value)),
            default=Coalesce(Subquery(last), Value(Phase.PREPARE.value)),
            output_field=CharField(),
        )
    )
