"""Everything that waits for somebody with this person's rights, in its order."""

from dataclasses import dataclass

from analytics.today import asked, files, head, planned, troubles
from analytics.today.items import DeskClock, DeskSection, Rest, sections

#: Kinds of things that wait; each is a function of who looks and of the clock.
KINDS = (
    troubles.machine,
    troubles.stops,
    troubles.letters,
    troubles.mails_in_doubt,
    troubles.jobs,
    files.files,
    asked.voices,
    asked.held,
    asked.works,
    asked.corrections,
    planned.proposals,
    planned.campaigns,
    planned.unevaluated,
)


@dataclass(frozen=True)
class Waiting:
    """What waits: the lines by groups, what more there is of each kind, and what to know first."""

    sections: list[DeskSection]
    rests: list[Rest]
    headline: str
    lead: str


def waiting(user, clock: DeskClock) -> Waiting:
    """What waits for this person; nothing is listed that waits for nobody."""
    lots = [kind(user, clock) for kind in KINDS]
    late = sum(lot.late for lot in lots)
    today = sum(lot.today for lot in lots)
    still = sum(lot.still for lot in lots)
    return Waiting(
        sections=sections(lots),
        rests=[lot.rest for lot in lots if lot.rest],
        headline=head.headline(late, today),
        lead=head.lead(late, today, still),
    )
