"""The channel mix of a campaign as the lines of a table."""

from dataclasses import dataclass

from django.forms import BaseFormSet, BoundField, Form

from campaigns.plan.models import Channel
from campaigns.room.outcome import LastRound
from core.measures import NamedFigure


@dataclass(frozen=True)
class MixFault:
    """What is wrong with one field: its id, what it is called in the table, and the error."""

    id: str
    label: str
    error: str


@dataclass(frozen=True)
class MixLine:
    """One line of the table; both are None where what was posted names no channel."""

    channel: Channel | None
    form: Form
    last_round: NamedFigure | None

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


def mix_lines(channels: list[Channel], formset: BaseFormSet, before: LastRound) -> list[MixLine]:
    """The lines of the table, in the order of the forms, each with what its channel brought in the
    last round, by its report.
    """
    by_key = {str(channel.pk): channel for channel in channels}
    lines = []
    for form in formset.forms:
        # What was posted may name no channel at all; its form then says so.
        channel = by_key.get(str(form["channel"].value()))
        last_round = None
        if channel is not None:
            last_round = before.brought(channel)
        lines.append(MixLine(channel, form, last_round))
    return lines
