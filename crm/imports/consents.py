"""What the rows of a file say about consent.

A yes to a channel covers what 0.1 sent over it (``COVERED``); a no covers every purpose.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from crm.imports.answers import answer_in, refusal_in
from crm.imports.copying import copy_array
from crm.imports.fields import Refusal
from crm.imports.options import ConsentRule
from crm.readers.models import COVERED, ContactChannel, Purpose, permissions

#: What a row speaks of, by channel and purpose: "email:notices", "email:events".
Permissions = tuple[str, ...]
#: Nothing allowed, as an array in the text form of COPY.
NOTHING = copy_array(())
#: Why a cell that is neither yes nor no is left out; the person comes in without it.
UNCLEAR = "bad-answer"
#: Fields whose column says who agreed, and who refused, with the channels that are meant.
AGREED = {f"consent_{channel}": (channel,) for channel in ContactChannel.values}
REFUSED = {
    "refusal_email": (ContactChannel.EMAIL.value,),
    "refusal_sms": (ContactChannel.SMS.value,),
    "refusal_all": tuple(ContactChannel.values),
}


class ConsentsSaid(NamedTuple):
    """What a row says of consent: what it allows, the COPY array of what it refuses, and the fields
    of which nobody understands what is said.
    """

    granted: Permissions
    denied: str
    unclear: tuple[str, ...]


#: Of a file without such columns.
SAID_NOTHING = ConsentsSaid((), NOTHING, ())


def without(given: Permissions, channel: str, purposes: Collection[str]) -> Permissions:
    """What is given but for ``purposes`` on a channel whose address is stopped for them, in the
    same order; what is given on other channels stays.
    """
    # So it is with almost every row.
    if not purposes:
        return given
    stopped = set(permissions(channel, purposes))
    return tuple(one for one in given if one not in stopped)


@dataclass(frozen=True)
class ConsentColumn:
    """What a column asks: ``field`` of the kind of file, the ``column``, and of which channels.

    In a column of refusals (退订, Do not mail) a yes says no, as does what says that somebody left,
    and a no says nothing.
    """

    field: str
    column: str
    channels: tuple[str, ...]
    refuses: bool

    def answer(self, cell: str) -> str | None:
        """ "yes", "no", or None for a cell that says neither. Raises Refusal."""
        if self.refuses:
            return refusal_in(cell)
        return answer_in(cell)


def questions_in(mapping: dict[str, str]) -> list[ConsentColumn]:
    """The columns that say yes or no in a mapping, {field: column}."""
    found = []
    for field, channels in (AGREED | REFUSED).items():
        if field in mapping:
            column = ConsentColumn(field, mapping[field], channels, refuses=field in REFUSED)
            found.append(column)
    return found


def columns_asked(questions: list[ConsentColumn], rules: tuple[ConsentRule, ...]) -> list[str]:
    """The columns that tell of consent, those of ``questions`` first; each once, since two rules
    may look at one.
    """
    names = [question.column for question in questions]
    for rule in rules:
        names += [test.column for test in rule.tests]
    return list(dict.fromkeys(names))


def consents_of(
    names: list[str], questions: list[ConsentColumn], rules: tuple[ConsentRule, ...]
) -> Callable[..., ConsentsSaid]:
    """Function from the cells under ``names`` to what they say (``ConsentsSaid``).

    A no of one column goes before a yes of another, and a rule overrules the answers. A channel of
    which nothing is said is neither allowed nor refused: what is known of it stays.

    The function raises Refusal for a cell that holds no text.
    """

    def convert(cells):
        """What one row's cells say. Raises Refusal."""
        # One column gives its cell, several give a tuple.
        if len(names) == 1:
            cells = (cells,)
        row = dict(zip(names, cells, strict=True))

        given, unclear = answers_of(row, questions)
        for rule in rules:
            given[rule.channel] = answer_by(rule, row)

        granted = permissions_with("yes", given, COVERED)
        denied = permissions_with("no", given, tuple(Purpose))
        return ConsentsSaid(granted, copy_array(denied), unclear)

    return convert


def answers_of(
    row: dict[str, str], questions: list[ConsentColumn]
) -> tuple[dict[str, str | None], tuple[str, ...]]:
    """({channel: "yes" or "no"}, the fields whose cell is neither) of a row, {column: cell}.

    Raises Refusal for a cell that holds no text.
    """
    given: dict[str, str | None] = {}
    unclear = []
    for question in questions:
        try:
            said = question.answer(row[question.column])
        except Refusal as refusal:
            if refusal.reason != UNCLEAR:
                raise
            unclear.append(question.field)
            if question.refuses:
                # Nobody knows whether it is a no, so the yes beside it is none.
                given |= dict.fromkeys(question.channels)
            continue
        for channel in question.channels:
            if said and given.get(channel) != "no":
                given[channel] = said
    return given, tuple(unclear)


def answer_by(rule: ConsentRule, row: dict[str, str]) -> str:
    """ "yes" where the rule holds for the row, {column: cell}, else "no": a rule leaves nothing
    unsaid.
    """
    if rule.holds(row):
        return "yes"
    return "no"


def permissions_with(
    answer: str, given: dict[str, str | None], purposes: Iterable[str]
) -> Permissions:
    """The channels of ``given``, {channel: "yes", "no" or None}, that have this answer, each for
    ``purposes``.
    """
    found = []
    for channel, said in given.items():
        if said == answer:
            found += permissions(channel, purposes)
    # Sorted, so that the same choices are the same row.
    return tuple(sorted(found))
