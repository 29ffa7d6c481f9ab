"""In which colour the state of a row is shown: green, amber, red, or none.

A colour never stands alone; the state's word is always beside it (templates/components/state.html).
"""

from collections.abc import Mapping
from typing import ClassVar


class Toned:
    """A model with a ``state``, some of whose states have a colour.

    ``TONES``: {state: "green" (done), "amber" (somebody has to look) or "red" (it went wrong)}.
    """

    TONES: ClassVar[Mapping[str, str]] = {}

    @property
    def tone(self) -> str:
        """The colour of the state that the row is in; empty for none."""
        return self.TONES.get(self.state, "")
