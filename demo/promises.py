"""What the campaigns of the demonstration promised before they were launched, the arms among which
their readers were drawn, and the truth that was planted in them.

Exactly so many readers of each arm come as are planted here: the loop has to find the same in every
library that is made up, whoever is drawn into which arm.
"""

from dataclasses import dataclass
from decimal import Decimal

from campaigns.experiments.actions import ArmRow, set_arms, set_promise
from campaigns.experiments.models import Experiment, Guardrail, NamedOutcome, Role
from campaigns.plan.models import Campaign
from crm.staff.models import User

WINDOW_DAYS = 28
#: More would be worse than what the campaign brings: percent of those mailed, and hours.
GUARDRAILS = {
    Guardrail.Kind.UNSUBSCRIBES: Decimal(1),
    Guardrail.Kind.STAFF_HOURS: Decimal(120),
}


@dataclass(frozen=True)
class SeededArm:
    """One arm: ``percent`` of those who are not held out, and its letter.

    ``adds``: what its letter adds to the share of readers who come, 0 to 1; less than 0 where it
    keeps them away. ``subject`` and ``invite`` are empty where they are those of the campaign.
    """

    code: str
    label: str
    percent: int
    adds: float
    subject: str = ""
    invite: str = ""
    role: Role = Role.NEW


@dataclass(frozen=True)
class SeededPromise:
    """The promise of a campaign: that more readers come to an event.

    ``smallest``: the smallest effect worth having, percentage points. ``holdout``: percent held
    out. ``comes``: the share of readers who come without any letter, 0 to 1.
    """

    smallest: str
    holdout: int
    comes: float
    arms: tuple[SeededArm, ...]


def one_letter(adds: float) -> tuple[SeededArm, ...]:
    """The arms of a campaign with one letter for everybody who is not held out."""
    return (SeededArm("A", "邀请信", 100, adds),)


#: Good: the line of a poem brings readers, and what was done every year hardly does.
POEM_FIRST = SeededArm(
    "A",
    "信里先读到一句诗",
    40,
    0.10,
    subject="“随风潜入夜”的下一句，你来读",
    invite="“随风潜入夜，润物细无声。”下周五晚七点，我们把阅览室的灯调暗，请你读下一首。",
)
TIME_FIRST = SeededArm(
    "B",
    "信里先说时间地点",
    40,
    0.035,
    subject="下周五晚七点，三楼阅览室",
    invite="下周五晚七点，三楼阅览室，八点半结束。我们把灯调暗，请你来读一首诗，也听别人读。",
)
LAST_YEAR = SeededArm(
    "Z",
    "照旧：去年的通知",
    20,
    0.015,
    subject="读诗活动通知",
    invite="图书馆定于下周五晚七点举办读诗活动，欢迎各位读者参加。",
    role=Role.AS_BEFORE,
)
SPRING_PROMISE = SeededPromise("3", 15, comes=0.052, arms=(POEM_FIRST, TIME_FIRST, LAST_YEAR))
#: The next round: what did best for four in five, and a fifth as before.
AUTUMN_PROMISE = SeededPromise(
    "3",
    15,
    comes=0.052,
    arms=(
        SeededArm(
            "A",
            "信里先读到一句诗",
            80,
            0.09,
            subject="“何处秋窗无雨声”：带一位朋友来听",
            invite="“人闲桂花落，夜静春山空。”还是那间阅览室，还是晚上七点。带一位朋友来。",
        ),
        SeededArm(
            "Z",
            "照旧：去年的通知",
            20,
            0.015,
            subject="秋季读诗活动通知",
            invite="图书馆定于下周五晚七点举办秋季读诗活动，欢迎各位读者参加。",
            role=Role.AS_BEFORE,
        ),
    ),
)
#: Nil: whoever comes to the walk heard of it elsewhere.
WELCOME_PROMISE = SeededPromise("5", 30, comes=0.06, arms=one_letter(0.003))
#: Harmful: a letter that warns of full rooms keeps away who would have come.
WRITING_PROMISE = SeededPromise("4", 20, comes=0.16, arms=one_letter(-0.11))
#: Too small to see: too few are held out, so that nobody can tell whether it is worth having.
WORKSHOP_PROMISE = SeededPromise("6", 5, comes=0.08, arms=one_letter(0.03))


def promise(campaign: Campaign, planned: SeededPromise, by: User) -> Experiment:
    """Name outcome, smallest effect, guardrails and arms of a plan that is not locked yet."""
    experiment = set_promise(
        campaign=campaign,
        outcome=NamedOutcome.EVENT,
        window_days=WINDOW_DAYS,
        smallest_effect=Decimal(planned.smallest),
        guardrails=GUARDRAILS,
        by=by,
    )
    rows = [ArmRow(arm.code, arm.label, arm.percent, arm.role) for arm in planned.arms]
    set_arms(campaign=campaign, rows=rows, holdout_percent=planned.holdout, by=by)
    campaign.refresh_from_db()
    return experiment
