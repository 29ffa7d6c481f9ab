"""What the codes of a file mean: each word that nobody knows is asked about once."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.localised import labelled
from crm.imports.forms.columns import ColumnsForm
from crm.imports.options import ImportOptions
from crm.imports.remarks import seen_of
from crm.readers.models import Reader

#: The answer for a code whose rows are not to come in, and for one that tells nothing.
REFUSE, NOTHING = "-", "?"
#: What is stored for a word that tells nothing, and what the page calls it; None is no answer yet.
STORED = {NOTHING: ""}
ANSWERS = {"": NOTHING, None: ""}
#: Before anybody answered.
UNANSWERED = ("", _("Please choose"))


@dataclass(frozen=True)
class CodesOf:
    """The codes of one ``field``. ``seen``: what those found in the file stand under; ``prefix``:
    the questions are called by it and a number; ``choices``: the answers there are.
    """

    field: str
    seen: str
    prefix: str
    choices: Callable[[], list[tuple[str, Any]]]
    label: Callable[[str], str] = str

    def names(self, codes: list[str]) -> dict[str, str]:
        """{name of the question: code}, in the order of the file."""
        return {f"{self.prefix}{place}": code for place, code in enumerate(codes)}


def kinds() -> list[tuple[str, Any]]:
    """What a code of a kind may mean."""
    return [UNANSWERED, (REFUSE, _("refuse these rows")), *Reader.Kind.choices]


def states() -> list[tuple[str, Any]]:
    """What a word of a state may mean; nobody is refused for it."""
    return [UNANSWERED, (NOTHING, _("nothing about the state")), *Reader.State.choices]


def state_label(code: str) -> str:
    """Told apart from a kind: "State: lost"."""
    return labelled(gettext("State"), code)


KINDS = CodesOf("kind", "kinds", "k", kinds)
STATES = CodesOf("state", "states", "s", states, label=state_label)


def answer_before(words: dict[str, str], code: str) -> str:
    """What was answered for a code when the page was sent before; "" where nothing was. ``words``:
    {word: value}, "" for a word that tells nothing.
    """
    stored = words.get(code)
    return ANSWERS.get(stored, stored)


class CodesForm(ColumnsForm):
    """Asks what each code means that stands for no kind and no state; none is answered
    beforehand.
    """

    def add_code_fields(self) -> None:
        """A field ``k0``, ``k1`` … for each unknown kind, and ``s0`` … for each unknown state."""
        seen = seen_of(self.batch)
        #: The codes of kinds, and {name of the question: code} of all.
        self.codes = seen.get(KINDS.seen, [])
        self.questions = {of: of.names(seen.get(of.seen, [])) for of in (KINDS, STATES)}
        options = ImportOptions.from_json(self.batch.options)
        for of, questions in self.questions.items():
            before = options.words_of(of.field)
            for name, code in questions.items():
                self.fields[name] = forms.ChoiceField(
                    label=of.label(code),
                    required=False,
                    choices=of.choices(),
                    initial=answer_before(before, code),
                )

    def code_names(self) -> list[str]:
        """The names of all these questions."""
        return list(chain.from_iterable(self.questions.values()))

    def chosen_words(self, of: CodesOf) -> dict[str, str]:
        """{word in the file: value} as chosen, "" for what tells nothing; words whose rows are
        refused are not among them.
        """
        found = {}
        for name, code in self.questions[of].items():
            chosen = self.cleaned_data.get(name) or REFUSE
            if chosen != REFUSE:
                found[code] = STORED.get(chosen, chosen)
        return found

    def clean(self):
        """Each code of a column that is taken is answered, by its own field or among the words."""
        asked = super().clean()
        said = {KINDS: asked.get("kind_words", {}), STATES: {}}
        faults = {
            KINDS: _("Say what it means, or that its rows are to be refused."),
            STATES: _("Say what it means, or that it says nothing about the state."),
        }
        for of, questions in self.questions.items():
            for name, code in questions.items():
                is_answered = asked.get(name) or code in said[of]
                if of.field in self.mapping and not is_answered:
                    self.add_error(name, faults[of])
        return asked
