"""One campaign of a world through the product's own functions: evaluate → find → propose. Pure."""

from dataclasses import dataclass

from analytics.loop import formulas
from analytics.loop.figures.shapes import Results
from analytics.loop.find import find
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing import Case, propose

Kind = Adjustment.Kind
#: Proposals that say that something differs from something else.
#: Stop, reduce and find out are left out: they are right answers to noise.
ASSERTING = frozenset(
    {
        Kind.CHANNEL_SHARE,
        Kind.SEGMENT_ADD,
        Kind.SEGMENT_DROP,
        Kind.TIMING,
        Kind.CONTENT_ARM,
    }
)
#: Proposals by which more readers would get what these got.
EXTENDING = frozenset({Kind.SEGMENT_ADD})


@dataclass(frozen=True)
class Concluded:
    """What the loop says of one campaign."""

    results: Results
    proposals: list[Proposal]

    @property
    def verdict(self) -> EffectVerdict:
        """What is said of the effect."""
        return self.results.judgement.effect.verdict

    @property
    def asserts_a_difference(self) -> bool:
        """Whether anything is said to differ: the effect is good, or a part is better or worse."""
        return self.verdict == EffectVerdict.GOOD or self.proposes(ASSERTING)

    @property
    def extends(self) -> bool:
        """Whether more readers would get it: it is called good, or a segment is to be added."""
        return self.verdict == EffectVerdict.GOOD or self.proposes(EXTENDING)

    def proposes(self, kinds: frozenset[str]) -> bool:
        """Whether any of these kinds is proposed."""
        return any(proposal.kind in kinds for proposal in self.proposals)


def conclude(inputs: Inputs) -> Concluded:
    """The evaluation of ``inputs`` with everything it proposes."""
    # The same three steps as a nightly evaluation's, between reading and writing.
    results = formulas.compute(inputs)
    case = Case.of(inputs, results, find(results))
    return Concluded(results, propose(case))
