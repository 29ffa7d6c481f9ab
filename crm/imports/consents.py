"""What the rows of a file say about consent."""

from collections.abc import Callable

from crm.imports import fields
from crm.imports.copying import copy_array
from crm.imports.fields import choice_of
from crm.imports.options import ConsentRule

#: Channels a row speaks of: "email", "sms", "wechat".
Channels = tuple[str, ...]
#: No channel, as an array in the text form of COPY.
NOTHING = copy_array(())


def without(channels: Channels, channel: str) -> Channels:
    """The channels but one, whose address does not come in."""
    return tuple(one for one in channels if one != channel)


def consents_of(
    names: list[str], answers: dict[str, str], rules: tuple[ConsentRule, ...]
) -> Callable[..., tuple[Channels, str]]:
    """Function from the cells under ``names`` to (channels allowed, COPY array of those refused).

    ``answers``: {channel: the column that says yes or no}. A rule overrules the answer. A channel
    whose cell is empty is in neither: what is known of it stays.
    """
    answer_of = choice_of("consent", fields.words(fields.ANSWERS), "bad-answer")

    def convert(cells):
        # One column gives its cell, several give a tuple.
        if len(names) == 1:
            cells = (cells,)
        row = dict(zip(names, cells, strict=True))

        given = {}
        for channel, name in answers.items():
            given[channel] = answer_of(row[name])
        for rule in rules:
            given[rule.channel] = "no"
            if rule.holds(row):
                given[rule.channel] = "yes"

        granted = channels_with("yes", given)
        denied = channels_with("no", given)
        return granted, copy_array(denied)

    return convert


def channels_with(answer: str, given: dict[str, str | None]) -> Channels:
    """The channels of ``given``, {channel: "yes", "no" or None}, that have this answer."""
    channels = []
    for channel, said in given.items():
        if said == answer:
            channels.append(channel)
    return tuple(channels)
