"""Which decisions go against what a report recommends: they take a second person's yes. Pure."""

from analytics.loop.judging.saying import JudgementTold, Recommended
from analytics.loop.models import Adjustment, Decision

Kind, Verdict = Adjustment.Kind, Decision.Verdict
#: What the rule of the report itself asks for: whoever does not accept it goes on against it.
FROM_THE_RULE = frozenset({Kind.STOP, Kind.REDUCE})
#: What gives more readers what these ones got.
ENLARGING = frozenset({Kind.SEGMENT_ADD})
#: What a report says where nothing is to be enlarged.
NOT_MORE = frozenset({Recommended.STOP, Recommended.SEND_LESS, Recommended.CHANGE})


def is_against(
    adjustment: Adjustment, verdict: str, value: float | None, judgement: JudgementTold | None
) -> bool:
    """Whether deciding so goes against the report: refusing that it stops or gets smaller, making
    it smaller by less, or enlarging what is to be stopped, made smaller or changed.

    ``judgement`` is None in reports of before 0.4, which recommend nothing.
    """
    if adjustment.kind in FROM_THE_RULE:
        # A refusal has no value, so it is never the one that was proposed.
        return verdict != Verdict.ACCEPT and value != adjustment.after
    if adjustment.kind not in ENLARGING:
        return False
    recommended = getattr(judgement, "recommended", None)
    return verdict != Verdict.REFUSE and recommended in NOT_MORE
