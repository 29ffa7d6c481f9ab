"""Questions with what somebody typed into them, ready for a template."""

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.localised import localised
from feedback.surveys.answering import LONGEST_TEXT
from feedback.surveys.definitions import Choice, Definition, Kind, Question

#: What is shown again of a form, so that a page cannot grow without end.
MOST_CHARACTERS = 2 * LONGEST_TEXT
MOST_VALUES = 60
#: Questions that are answered by a number out of a row of them.
NUMBERED = frozenset({Kind.SCALE, Kind.NPS})
#: Longer rows of numbers are set as a grid, so that a phone shows no half of one.
LONGEST_ROW = 7


@dataclass(frozen=True)
class Field:
    """A question on a page.

    ``values`` as typed, ``error`` to print beside it, ``number`` as readers count.
    """

    question: Question
    number: int
    values: frozenset = field(default_factory=frozenset)
    error: str = ""
    longest: int = LONGEST_TEXT

    @property
    def choices(self) -> list[tuple[Choice, bool]]:
        """Each choice, and whether it was chosen; empty for open text."""
        return [(choice, str(choice.code) in self.values) for choice in self.question.choices]

    @property
    def typed(self) -> str:
        """The text of an open question as typed; empty where nothing was."""
        return next(iter(self.values), "")

    @property
    def help(self) -> str:
        """What the library wrote under the question, in the current language; empty without it."""
        return localised(self.question.help)

    @property
    def described_by(self) -> str:
        """The id of the line that explains the field to a screen reader, the error before the help;
        empty where there is neither.
        """
        if self.error:
            return f"e{self.question.ordinal}"
        if self.help:
            return f"h{self.question.ordinal}"
        return ""

    @property
    def is_written(self) -> bool:
        """True for open text: there is nothing to choose."""
        return self.question.kind == Kind.TEXT

    @property
    def is_numbered(self) -> bool:
        """True where a number is chosen, and no option in words."""
        return self.question.kind in NUMBERED

    @property
    def takes_several(self) -> bool:
        """True where more than one option may be chosen."""
        return self.question.kind == Kind.MULTIPLE

    @property
    def has_many_numbers(self) -> bool:
        """True where the numbers are too many for one row on a phone."""
        return self.is_numbered and len(self.question.choices) > LONGEST_ROW

    @property
    def ends(self) -> tuple[str, str] | None:
        """The words at the lowest and at the highest number.

        One of them may be empty. None where nothing stands there.
        """
        written = localised(self.question.low), localised(self.question.high)
        if any(written):
            return written
        if self.question.kind == Kind.NPS:
            return _("not at all likely"), _("very likely")
        return None


def blank_fields(definition: Definition) -> list[Field]:
    """The questions of an empty form, numbered from 1."""
    return [Field(question, number) for number, question in enumerate(definition.items, start=1)]


def filled_fields(
    definition: Definition, data: QueryDict, errors: dict[int, str] | None = None
) -> list[Field]:
    """The same with what was posted, cut off where it is longer than anybody types.

    ``errors``: {ordinal: what is wrong}.
    """
    errors = errors or {}
    fields = []
    for number, question in enumerate(definition.items, start=1):
        posted = data.getlist(question.name)[:MOST_VALUES]
        values = frozenset(value[:MOST_CHARACTERS] for value in posted)
        fields.append(Field(question, number, values, errors.get(question.ordinal, "")))
    return fields
