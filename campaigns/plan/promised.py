"""What the gates ask of a promise: that it names an outcome, and that its arms are whole.

Promise and arms are rows of a later room; here they are what a picture holds.
"""

from dataclasses import dataclass

from campaigns.plan.checks import GateCheck

#: The weights of the arms together, %.
WHOLE = 100


@dataclass(frozen=True)
class OutcomeNamed(GateCheck):
    """Advice: a campaign without a named outcome is judged by whatever readers did."""

    code = "promise"
    advice = True
    outcome: str

    @classmethod
    def of(cls, picture):
        """The outcome in words; empty where none is named."""
        if picture.experiment is None:
            return cls(outcome="")
        return cls(outcome=picture.experiment.get_outcome_display())

    @property
    def ok(self):
        """An outcome is named."""
        return bool(self.outcome)


@dataclass(frozen=True)
class ArmsWritten(GateCheck):
    """Asked only of a campaign that names an outcome: its arms share all readers, and each has a
    mail where mail is planned. ``share`` is the sum of the arms' weights, %.
    """

    code = "arms"
    asked: bool
    share: int
    arms: tuple
    lacking: tuple

    @classmethod
    def of(cls, picture):
        """The arms, the sum of their weights, and those for which no mail is written."""
        planned = any(plan.channel.is_email for plan in picture.plans)
        written = {content.arm_id for content in picture.contents if content.body.strip()}
        lacking = []
        for arm in picture.arms:
            # A mail for no arm is for all of them.
            if planned and not {None, arm.pk} & written:
                lacking.append(arm)
        return cls(
            asked=picture.experiment is not None,
            share=sum(arm.weight for arm in picture.arms),
            arms=tuple(picture.arms),
            lacking=tuple(lacking),
        )

    @property
    def ok(self):
        """Everybody who is not held out has an arm, and each arm a mail."""
        return not self.asked or (self.share == WHOLE and not self.lacking)
