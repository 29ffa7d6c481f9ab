"""In which colour the state of a row is shown: green, amber, red, or none.

A colour never stands alone; the state's word is always beside it (templates/components/state.html).
"""

from collections.abc import Mapping
from typing import ClassVar

from django.db.models import TextChoices


class Toned:
    """A model with a ``state``, some of whose states have a colour.

    ``TONES``: {state: "green" (done), "amber" (somebody has to look) or "red" (it went wrong)}.
    """

    TONES: ClassVar[Mapping[str, str]] = {}

    @property
    def tone(self) -> str:
        """The colour of the state that the row is in; empty for none."""
        return self.TONES.get(self.state, "")


class DerivedState(Toned):
    """A model without a column for its state, which follows from others, or from the clock."""

    @property
    def state(self) -> TextChoices:
        """How the row stands now."""
        raise NotImplementedError

    def get_state_display(self) -> str:
        """The word for it, as Django's models give it for a column."""
        return self.state.label
