"""The channel mix as it travels from a form to its verb."""

from dataclasses import dataclass
from decimal import Decimal

from campaigns.plan.models import Channel


@dataclass(frozen=True)
class MixRow:
    """One channel's part of the mix: ``share`` in %, ``planned_cost`` in CNY."""

    channel: Channel
    share: int = 0
    planned_cost: Decimal = Decimal(0)
    expected_reach: int | None = None
