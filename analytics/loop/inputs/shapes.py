"""What an evaluation rests on, as it was counted. Pure."""

from dataclasses import dataclass
from datetime import datetime

from analytics.loop.inputs.experiment import Drawn, Promised
from analytics.loop.measures import Figure
from core.disclosure import Count


@dataclass(frozen=True)
class Period:
    """From the launch to the end of the campaign's period; no end is none planned."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class DeliveryCell:
    """``n`` deliveries of one channel that agree in everything else told here.

    ``segments``: primary keys of the addressed segments its readers were in at the launch.
    ``hour``: local hour of sending, None for what was not sent.
    """

    channel: str
    segments: tuple[int, ...]
    state: str
    hour: int | None
    responded: bool
    n: int


@dataclass(frozen=True)
class PersonGroup:
    """``n`` persons, each counted once however many deliveries they have.

    ``held`` out of one content, ``treated`` by another, ``reached`` by a mail that was sent;
    ``active``: with an outcome after the launch.
    """

    held: bool
    treated: bool
    reached: bool
    responded: bool
    active: bool
    n: int


@dataclass(frozen=True)
class OpenLinks:
    """Tracked links of a channel and how often they were followed by people nobody knows."""

    channel: str
    links: int
    clicks: int


@dataclass(frozen=True)
class PlannedChannel:
    """A channel of the plan. ``share`` in percent, ``planned_cost`` in CNY.

    ``personal``: its contents go to known readers.
    """

    code: str
    name: dict[str, str]
    kind: str
    personal: bool
    share: int
    planned_cost: float


@dataclass(frozen=True)
class BookedCost:
    """An amount in CNY, or in hours where ``kind`` is staff hours; without a channel, for all."""

    channel: str | None
    kind: str
    amount: float


@dataclass(frozen=True)
class Amendment:
    """A target changed after go-live."""

    before: float
    after: float
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class LockedStandard:
    """What the campaign is judged by, as it stands with its amendments."""

    metric: str
    direction: str
    target: float
    weight: int
    source: str
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True)
class SurveyFigures:
    """One survey of the campaign; the figures are None where it does not ask for them."""

    survey: int
    title: dict[str, str]
    answers: Count
    satisfaction: Figure | None = None
    nps: Figure | None = None


@dataclass(frozen=True)
class UnchosenSegment:
    """A segment the campaign did not address, some of whose members were sent to all the same."""

    pk: int
    name: str
    size: int
    sent: int
    responded: int


@dataclass(frozen=True)
class ToldElsewhere:
    """What other pages say of one channel's mails that were sent, as 0.2.1 counted it: as the
    report does, and all surveys together.

    ``answered``: the survey's results; ``clicked``: the campaign's room, the links, the letter.
    """

    channel: str
    answered: int
    clicked: int


@dataclass(frozen=True)
class AnsweredElsewhere:
    """What a survey's results say: ``n`` answers by one channel, ``by_mail`` of them by the link of
    a mail. ``channel`` is None where it is not known.
    """

    survey: int
    channel: str | None
    n: int
    by_mail: int


@dataclass(frozen=True)
class FollowedElsewhere:
    """What the campaign's room says: the mails of one channel of which a link was followed."""

    channel: str
    n: int


@dataclass(frozen=True)
class EarlierCycle:
    """What channels brought in an earlier campaign of the line, as its last report told then.

    ``basis``: what effort was counted in. ``channels``: (code, responses, effort) of those that
    were measured.
    """

    basis: str
    channels: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Inputs:
    """Everything the figures of an evaluation are computed from.

    ``version``: of the formulas. ``segments``: primary keys of the addressed ones, in the order of
    the report. ``returned_after``: the number of the evaluation after which the inputs came back to
    an earlier state. ``segment_sizes``, ``answered_elsewhere`` and ``followed_elsewhere`` say which
    figures would tell of few beside other pages; versions before 0.2.1 did not ask, and 0.2.1 has
    ``told_elsewhere`` in place of the last two. ``outcomes_recorded``: whether
    every day of the window is recorded of what counts as an outcome; versions before 0.3 did not
    ask. ``outcome_list``: the listed collection from which a loan is the outcome, by name; empty
    where any recorded visit, event, loan or contribution is. ``promised`` and ``drawn``: the
    experiment, which versions before 0.4 did not ask about. ``earlier``: the cycles before, newest
    first, by which it is also told whether channels differ.
    """

    version: str
    period: Period
    cells: tuple[DeliveryCell, ...]
    persons: tuple[PersonGroup, ...]
    open_links: tuple[OpenLinks, ...]
    contributors: int
    calls: int
    surveys: tuple[SurveyFigures, ...]
    send_hour: int
    holdout_percent: int
    segments: tuple[int, ...]
    channels: tuple[PlannedChannel, ...]
    costs: tuple[BookedCost, ...]
    hour_rate: float
    standards: tuple[LockedStandard, ...]
    segment_names: dict[int, str]
    unchosen_segments: tuple[UnchosenSegment, ...]
    returned_after: int | None = None
    told_elsewhere: tuple[ToldElsewhere, ...] = ()
    segment_sizes: tuple[tuple[int, int], ...] = ()
    outcomes_recorded: bool = True
    answered_elsewhere: tuple[AnsweredElsewhere, ...] = ()
    followed_elsewhere: tuple[FollowedElsewhere, ...] = ()
    outcome_list: str = ""
    promised: Promised = Promised()
    drawn: Drawn = Drawn()
    earlier: tuple[EarlierCycle, ...] = ()

    @property
    def opened(self) -> dict[str, OpenLinks]:
        """{code of the channel: its open links}; a channel without any is left out."""
        return {links.channel: links for links in self.open_links}
