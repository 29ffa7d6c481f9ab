"""Which kinds of change there are, and in which order they are proposed. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import Case

Proposer = Callable[[Case], Iterator[Proposal]]


@dataclass(frozen=True)
class Registered:
    """A proposer with the kinds of change it may make. ``rank``: the lower, the earlier."""

    rank: int
    kinds: frozenset[str]
    proposer: Proposer


REGISTRY: list[Registered] = []


def proposes(*kinds: Adjustment.Kind, rank: int) -> Callable[[Proposer], Proposer]:
    """Registers a function as the proposer of these kinds. ValueError where one of them has a
    proposer already: each rule stands once.
    """
    names = frozenset(kinds)

    def register(proposer: Proposer) -> Proposer:
        for one in REGISTRY:
            if one.kinds & names:
                raise ValueError(f"proposed twice: {sorted(one.kinds & names)}")
        REGISTRY.append(Registered(rank, names, proposer))
        return proposer

    return register


def propose(case: Case) -> list[Proposal]:
    """All proposals for the next plan, the most important kinds first."""
    proposals: list[Proposal] = []
    for one in sorted(REGISTRY, key=lambda registered: registered.rank):
        proposals += one.proposer(case)
    return proposals
