"""What the made-up director decides about each proposal, and why."""

from dataclasses import dataclass

from analytics.loop.models import Adjustment, Decision

Kind, Verdict = Adjustment.Kind, Decision.Verdict


@dataclass(frozen=True)
class DirectorsDecision:
    """A verdict with its reason; ``value`` only of what is changed."""

    verdict: str
    value: float | None = None
    reason: str = ""


BY_KIND = {
    Kind.STOP: DirectorsDecision(
        Verdict.ACCEPT, reason="收到信的人反而来得少：“座位有限”的话劝退了人。停，不再发第二轮。"
    ),
    Kind.LEARN: DirectorsDecision(
        Verdict.ACCEPT, reason="现在的对照太小，好不好都看不出来。下一轮先看清楚，再谈要不要做大。"
    ),
    Kind.CONTENT_ARM: DirectorsDecision(
        Verdict.ACCEPT,
        reason="读者是抽签分的组，差别就是信的差别。留一成五对照、两成照旧，再验一次。",
    ),
    Kind.SEGMENT_ADD: DirectorsDecision(
        Verdict.REFUSE, reason="这一轮只换信，不换人：一次改一样，才知道是哪样起了作用。"
    ),
    Kind.SEGMENT_DROP: DirectorsDecision(
        Verdict.REFUSE, reason="这个群体人少，但服务他们是本馆的责任。"
    ),
}


def decision_on(adjustment: Adjustment) -> DirectorsDecision:
    """A director who mostly agrees, keeps some posters for another reason, and changes one thing at
    a time.
    """
    if adjustment.target == "channel:poster":
        kept = max(adjustment.after, 15)
        return DirectorsDecision(Verdict.CHANGE, kept, "海报也给来馆的人指路，不能只看点击。")
    return BY_KIND.get(adjustment.kind, DirectorsDecision(Verdict.ACCEPT))
