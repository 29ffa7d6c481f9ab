"""Questions with what somebody typed into them, ready for a template."""

from dataclasses import dataclass, field

from django.http import QueryDict

from feedback.surveys.answering import LONGEST_TEXT
from feedback.surveys.definitions import Choice, Definition, Question

#: What is shown again of a form, so that a page cannot grow without end.
MOST_CHARACTERS = 2 * LONGEST_TEXT
MOST_VALUES = 60


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
