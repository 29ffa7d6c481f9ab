"""Which kinds of change there are, and in which order they are proposed. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from analytics.loop.checking.widening import widened
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


#: Filled while the modules below are read, and never after.
REGISTRY: list[Registered] = []
#: Modules of the proposers that come with the loop.
BUILT_IN = ("stopping", "arms", "channels", "segments", "standards")


def proposes(*kinds: Adjustment.Kind, rank: int) -> Callable[[Proposer], Proposer]:
    """Registers a function as the proposer of these kinds. ValueError where one of them has a
    proposer already: each rule stands once.
    """
    names = frozenset(kinds)

    def register(proposer: Proposer) -> Proposer:
        # Two proposers of one kind could ask for contrary changes of one field of the plan.
        for one in REGISTRY:
            if one.kinds & names:
                raise ValueError(f"proposed twice: {sorted(one.kinds & names)}")
        REGISTRY.append(Registered(rank, names, proposer))
        return proposer

    return register


def propose(case: Case) -> list[Proposal]:
    """All proposals for the next plan, the most important kinds first, their promises as wide as
    earlier ones of the kind should have been.
    """
    # Every proposer stands in a module of its own, and registers when that is read.
    for name in BUILT_IN:
        import_module(f"analytics.loop.proposing.{name}")
    proposals: list[Proposal] = []
    for one in sorted(REGISTRY, key=lambda registered: registered.rank):
        proposals += one.proposer(case)
    # Last, and for all kinds alike: a proposer need not know how its kind has held so far.
    return [widened(proposal, case.factors.get(proposal.kind, 1.0)) for proposal in proposals]
