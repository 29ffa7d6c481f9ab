"""What the rows of a file say about consent.

A yes to a channel covers what 0.1 sent over it (``COVERED``); a no covers every purpose.
"""

from collections.abc import Callable, Collection, Iterable

from crm.imports import fields
from crm.imports.copying import copy_array
from crm.imports.fields import choice_of
from crm.imports.options import ConsentRule
from crm.readers.models import COVERED, ContactChannel, Purpose, permissions

#: What a row speaks of, by channel and purpose: "email:notices", "email:events".
Permissions = tuple[str, ...]
#: Nothing allowed, as an array in the text form of COPY.
NOTHING = copy_array(())


def without(given: Permissions, channel: str, purposes: Collection[str]) -> Permissions:
    """What is given but for ``purposes`` on a channel whose address is stopped for them, in the
    same order; what is given on other channels stays.
    """
    # So it is with almost every row.
    if not purposes:
        return given
    stopped = set(permissions(channel, purposes))
    return tuple(one for one in given if one not in stopped)


def answers_in(mapping: dict[str, str]) -> dict[str, str]:
    """{channel: the column that says yes or no} of a mapping, {field: column}."""
    found = {}
    for channel in ContactChannel.values:
        field = f"consent_{channel}"
        if field in mapping:
            found[channel] = mapping[field]
    return found


def columns_asked(answers: dict[str, str], rules: tuple[ConsentRule, ...]) -> list[str]:
    """The columns that tell of consent, those of ``answers`` (see ``answers_in``) first; each once,
    since two rules may look at one.
    """
    names = list(answers.values())
    for rule in rules:
        names += [test.column for test in rule.tests]
    return list(dict.fromkeys(names))


def consents_of(
    names: list[str], answers: dict[str, str], rules: tuple[ConsentRule, ...]
) -> Callable[..., tuple[Permissions, str]]:
    """Function from the cells under ``names`` to (what is allowed, COPY array of what is
    refused).

    ``answers``: {channel: the column that says yes or no}. A rule overrules the answer. A channel
    whose cell is empty is in neither: what is known of it stays.

    The function raises Refusal for a cell that is neither yes nor no.
    """
    answer_of = choice_of("consent", fields.words(fields.ANSWERS), "bad-answer", {})

    def convert(cells):
        """(what is allowed, COPY array of what is refused) of one row's cells. Raises Refusal."""
        # One column gives its cell, several give a tuple.
        if len(names) == 1:
            cells = (cells,)
        row = dict(zip(names, cells, strict=True))

        given = {}
        for channel, name in answers.items():
            given[channel] = answer_of(row[name])
        for rule in rules:
            given[rule.channel] = answer_by(rule, row)

        granted = permissions_with("yes", given, COVERED)
        denied = permissions_with("no", given, tuple(Purpose))
        return granted, copy_array(denied)

    return convert


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
