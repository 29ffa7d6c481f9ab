"""How mail arrives, as one viewer may be told: rates by sender and by domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.deliverability.counting import MailCounts, count_mails
from campaigns.returns.doors import away_since, measured_since
from core.disclosure import SMALLEST_CELL, Count, CountRow, CountTable, Missing
from core.numbers import percent
from crm.letters.outcomes import Outcome
from crm.library.chosen import notices_sender, promotion_sender
from crm.readers.queries import may_open_every_reader

#: So many domains have a line of their own.
MOST_DOMAINS = 20
#: The columns of a line, in their order on the page.
OUTCOMES = (Outcome.ACCEPTED, Outcome.PERMANENT, Outcome.TEMPORARY, Outcome.POLICY)


@dataclass(frozen=True)
class ArrivalLine:
    """One sender or domain. ``sent`` is the n of the rates of bounces and refusals, ``measured`` of
    that of complaints.
    """

    name: str
    detail: str
    sent: Count
    accepted: Count
    permanent: Count
    temporary: Count
    policy: Count
    complaints: Count
    measured: Count
    bounce_rate: str
    refusal_rate: str
    complaint_rate: str


@dataclass(frozen=True)
class Arrival:
    """The page: lines of senders and of domains, as of when, and since when it is known what comes
    back; ``pooled`` domains stand together in the last line. ``with_subscribers``: letters to
    people who are no readers are among them. ``away_since``: the mailbox for returned mail cannot
    be read since then.
    """

    senders: list[ArrivalLine]
    domains: list[ArrivalLine]
    pooled: int
    as_of: datetime
    since: datetime
    measured_since: datetime | None
    with_subscribers: bool = False
    away_since: datetime | None = None

    @property
    def is_measured(self) -> bool:
        """Whether it is known what comes back of any of these mails."""
        return self.measured_since is not None

    @property
    def is_measured_in_part(self) -> bool:
        """Whether it is known only of the later ones of them, since returned mail was taken in
        after the first day of the page.
        """
        return self.measured_since is not None and self.measured_since > self.since


def arrival(viewer, days: int) -> Arrival:
    """What became of the mails of so many days up to now; staff of one campus are told of its
    readers'. Who may open all these readers is told every number, others no small one; nobody is
    told a small one where letters to subscribers are among them.
    """
    now = timezone.now()
    since, measured = now - timedelta(days=days), measured_since()
    counted = count_mails(since, measured, viewer.campus_id)
    # Of subscribers nobody of staff may open one: no small number is told of them, nor of the
    # readers beside them, from whom it would follow.
    may_open_each = may_open_every_reader(viewer) or viewer.campus_id is not None
    is_exact = may_open_each and not counted.with_subscribers
    names, tallies, pooled = _told_domains(counted.domains)
    senders = [(_("Notices and single letters"), notices_sender())]
    senders.append((_("Promotion: events, surveys, research"), promotion_sender()))
    is_measured = measured is not None
    return Arrival(
        senders=_lines(senders, list(counted.senders.values()), is_measured, is_exact),
        domains=_lines(names, tallies, is_measured, is_exact),
        pooled=pooled,
        as_of=now,
        since=since,
        measured_since=measured,
        with_subscribers=counted.with_subscribers,
        away_since=away_since(),
    )


def _told_domains(
    domains: dict[str, MailCounts],
) -> tuple[list[tuple[str, str]], list[MailCounts], int]:
    """Names and tallies of the domains that have a line, the others pooled behind them; and how
    many those are. A domain of one to four persons never has one: its line would be theirs.
    """
    names, tallies, others = [], [], MailCounts()
    # The largest first, and of two alike the one that comes first in the alphabet.
    for name in sorted(domains, key=lambda name: (-domains[name].sent, name)):
        tally = domains[name]
        if _has_a_line(name, tally) and len(names) < MOST_DOMAINS:
            names.append((name, ""))
            tallies.append(tally)
        else:
            others.join(tally)

    pooled = len(domains) - len(names)
    if others.sent:
        names.append((_("Other domains"), _("few readers each, or none known any more")))
        tallies.append(others)
    return names, tallies, pooled


def _has_a_line(name: str, tally: MailCounts) -> bool:
    """Whether a domain may be told alone; the one without a name is that of erased readers."""
    return bool(name) and tally.persons >= SMALLEST_CELL


def _lines(
    names: Sequence[tuple[str, str]],
    tallies: Sequence[MailCounts],
    is_measured: bool,
    is_exact: bool,
) -> list[ArrivalLine]:
    """A line for each, in their order, hidden together: they have the same sums. Complaints have no
    figure where it was never known what comes back.
    """
    if not tallies:
        return []
    numbers = [[tally.outcomes[outcome] for outcome in OUTCOMES] for tally in tallies]
    table = CountTable.of(numbers, exact=is_exact)
    complaints = CountRow.of(list(map(attrgetter("complaints"), tallies)), exact=is_exact)
    measured = CountRow.of(list(map(attrgetter("measured"), tallies)), exact=is_exact)
    lines = []
    for place, (name, tally) in enumerate(zip(names, tallies, strict=True)):
        reported = (complaints.cells[place], measured.cells[place])
        if not is_measured:
            reported = (Count.of(None), Count.of(None))
        lines.append(_line(name, tally, table.row_totals[place], table.rows[place], reported))
    return lines


def _line(
    name: tuple[str, str],
    tally: MailCounts,
    sent: Count,
    outcomes: Sequence[Count],
    reported: tuple[Count, Count],
) -> ArrivalLine:
    """One line, of counts as they may be told: ``outcomes`` in the order of OUTCOMES, ``reported``
    (complaints, of how many mails it is known). Its rates are made of ``tally``.
    """
    accepted, permanent, temporary, policy = outcomes
    complaints, measured = reported
    return ArrivalLine(
        *name,
        sent=sent,
        accepted=accepted,
        permanent=permanent,
        temporary=temporary,
        policy=policy,
        complaints=complaints,
        measured=measured,
        bounce_rate=_rate(permanent, sent, tally.outcomes[Outcome.PERMANENT], tally.sent),
        refusal_rate=_rate(policy, sent, tally.outcomes[Outcome.POLICY], tally.sent),
        complaint_rate=_rate(complaints, measured, tally.complaints, tally.measured),
    )


def _rate(part: Count, whole: Count, n: int, of: int) -> str:
    """``n`` of ``of`` in percent with two decimals where the viewer is told both counts, else why
    not; without mails it cannot be said.
    """
    # A rate beside the one count that is shown would give the hidden one away.
    for count in (part, whole):
        if not count.is_shown:
            return str(count)
    if not of:
        return str(Missing.CANNOT_SAY)
    return percent(n / of, 2)
