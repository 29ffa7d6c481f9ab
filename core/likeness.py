"""Names that look alike: one key for every writing of a name, and scripts that do not go together.

The table of characters that are taken for each other is Unicode's (UTS 39), in the package
``confusable_homoglyphs``.
"""

from collections.abc import Iterator
from functools import cache

from confusable_homoglyphs import categories, confusables

from core.characters import folded, is_unseen, tidy

#: Characters of no script: digits, signs, and marks that take the script of what they stand on.
OF_NO_SCRIPT = {"COMMON", "INHERITED"}
#: Scripts that one name may mix, as East Asian writing does; any other name is of one script.
WRITTEN_TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)


@cache
def prototypes() -> dict[str, str]:
    """Each character that can be taken for another, with the one that stands for all of them.

    Characters that are taken for several letters (rn and m) are left out: ordinary names would
    collide.
    """
    group_of: dict[str, set[str]] = {}
    for one, other in pairs_taken_for_each_other():
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        group_of.update(dict.fromkeys(joined, joined))

    found = {}
    for character, group in group_of.items():
        found[character] = min(group, key=plainness)
    return found


def pairs_taken_for_each_other() -> Iterator[tuple[str, str]]:
    """Unicode's pairs of single characters that look alike.

    (one, other) from Unicode's confusables; longer likenesses ("rn" and "m") are left out.
    """
    for one, others in confusables.confusables_data.items():
        for entry in others:
            other = entry["c"]
            if len(one) == len(other) == 1:
                yield one, other


def plainness(character: str) -> tuple[bool, bool, bool, str]:
    """Orders characters: small ASCII letters first, then capital ones, then the others.

    A key for ``min`` and ``sorted``: the smallest is the one that stands for all its like.
    """
    is_letter = character.isascii() and character.isalpha()
    return not is_letter, not character.islower(), not character.isascii(), character


def likeness(name: str) -> str:
    """The key that all writings of a name share, and all names that look like it.

    Wide and narrow, capital and small letters are one, as are letters of other scripts, and digits,
    that look the same.
    """
    # Twice: 0 is taken for O, which is o only once it is small.
    return _with_prototypes(folded(_with_prototypes(folded(name))))


def likenesses(name: str) -> set[str]:
    """Keys of everything that ``name`` may be taken for: paypaI (with a capital i) for paypal.

    At most two keys. Accounts keep their name's ``likeness``: one that is among them looks like
    ``name``.
    """
    return {likeness(name), likeness(_with_prototypes(tidy(name)))}


def _with_prototypes(text: str) -> str:
    """Each character as the one that it looks like; what looks like no other stays."""
    table = prototypes()
    return "".join(table.get(character, character) for character in text)


def mixes_scripts(name: str) -> bool:
    """True for a name in scripts that nobody writes together: Latin with one Cyrillic letter.

    What is of no script (``OF_NO_SCRIPT``) does not count. Chinese with Latin is no mixture, nor is
    what Japanese or Korean is written in (``WRITTEN_TOGETHER``).
    """
    scripts = categories.unique_aliases(name) - OF_NO_SCRIPT
    if len(scripts) <= 1:
        return False
    return not any(scripts <= together for together in WRITTEN_TOGETHER)


def has_unseen(name: str) -> bool:
    """True where a character leaves no mark: white space, zero width, fillers.

    False for an empty name.
    """
    return any(map(is_unseen, name))
