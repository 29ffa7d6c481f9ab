"""The channel mix of a campaign as the lines of a table."""

from dataclasses import dataclass

from django.forms import BaseFormSet, BoundField, Form

from campaigns.plan.models import Campaign, Channel
from campaigns.room import outcome
from campaigns.room.outcome import ChannelOutcome
from core.disclosure import Missing


@dataclass(frozen=True)
class MixFault:
    """What is wrong with one field: its id, what it is called in the table, and the error."""

    id: str
    label: str
    error: str


@dataclass(frozen=True)
class MixLine:
    """One line of the table; ``channel`` and ``last_round`` are None where nothing is known."""

    channel: Channel | None
    form: Form
    last_round: ChannelOutcome | None

    @property
    def per_hundred(self) -> float | Missing | None:
        """What the channel brought per ¥100 in the last round; None where nothing is known."""
        if self.last_round is None:
            return None
        return self.last_round.per_hundred

    @property
    def faults(self) -> list[MixFault]:
        """What is wrong with its fields, in their order, the hidden one too."""
        found = []
        for field in self.form:
            for error in field.errors:
                found.append(MixFault(field.auto_id, self._called(field), error))
        return found

    def _called(self, field: BoundField) -> str:
        """A field as the table names it: its channel, and what it says of that; its own label alone
        where no channel is known.
        """
        if self.channel is None:
            return str(field.label)
        return f"{self.channel} · {field.label}"


def mix_lines(
    campaign: Campaign, channels: list[Channel], formset: BaseFormSet, viewer
) -> list[MixLine]:
    """The lines of the table, in the order of the forms, each with what its channel brought per
    ¥100 in the last round.
    """
    before = outcome.by_channel_last_round(campaign, viewer)
    by_key = {str(channel.pk): channel for channel in channels}
    lines = []
    for form in formset.forms:
        # What was posted may name no channel at all; its form then says so.
        channel = by_key.get(str(form["channel"].value()))
        last_round = None
        if channel is not None:
            last_round = before.get(channel.pk)
        lines.append(MixLine(channel, form, last_round))
    return lines
