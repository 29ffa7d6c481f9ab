"""What each of two records gets when they are taken apart again: rules over rows as JSON has them.

Nothing here reads or writes the database.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from crm.merges.deciding import CHOSEN, STOP, TOGETHER, Row, stricter_stop
from crm.readers.models import ADDRESS_FIELDS, parts_of


def written_since(after: Row, now: Row) -> set[str]:
    """Columns of the kept row that somebody wrote since the two were joined.

    With one of ``TOGETHER`` all that belong to it. A column that only one of the two rows has,
    since a version added or dropped it, is none.
    """
    common = after.keys() & now.keys()
    changed = {column for column in common if after[column] != now[column]}
    for columns in TOGETHER:
        if changed.intersection(columns):
            changed.update(columns)
    return changed


def still_taken(gone: Row, before: Row, after: Row, now: Row) -> set[str]:
    """The names of ``CHOSEN`` that the kept row has of the other one, and nobody wrote since. What
    both had said alike is none of them: it was not taken. ``gone`` and ``before``: the two rows
    before they were joined, ``after``: the joined one, ``now``: the same today.
    """
    changed = written_since(after, now)
    found = set()
    for name, (column, *_others) in CHOSEN.items():
        is_theirs = after[column] == gone[column] != before[column]
        if is_theirs and changed.isdisjoint(CHOSEN[name]):
            found.add(name)
    return found


@dataclass(frozen=True)
class Since:
    """What was said of the kept record while the two were one: permissions that were refused at
    some time and such that were given, and whether staff have stopped its mail, be it once more.

    The row alone does not tell: a no to what the joining had ended already leaves it as it is.
    """

    refused: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    is_stopped: bool = False


#: What is known where nobody said anything.
NOTHING_SAID = Since()


@dataclass(frozen=True)
class Apart:
    """{column: value} that each of the two rows gets when they are taken apart; ``given``: the
    permissions that the record which comes back has been given since the joining.
    """

    kept: dict[str, Any]
    gone: dict[str, Any]
    given: frozenset[str] = frozenset()


def apart(gone: Row, before: Row, after: Row, now: Row, since: Since = NOTHING_SAID) -> Apart:
    """Everything is as it was, but what was written since stays with the kept record.

    What was allowed or withdrawn since is told apart permission by permission: a no holds for both,
    a yes stays with the address that it was given for. A stop and an objection hold for both, too.
    """
    # Consents are told apart below, one by one, so the column as a whole stays.
    changed = written_since(after, now) | {"consents"}
    if since.is_stopped:
        changed.update(STOP)
    kept_back = {column: value for column, value in before.items() if column not in changed}
    kept_row = {**now, **kept_back}

    refused = (set(after["consents"]) - set(now["consents"])) | since.refused
    given = set(now["consents"]) - (set(after["consents"]) - since.given)
    kept_given = _for_addresses_of(kept_row, given, now)
    # A yes was given once, so only one of the two gets it, the kept record first.
    gone_given = _for_addresses_of(gone, given - kept_given, now)
    kept_back["consents"] = sorted((set(before["consents"]) - refused) | kept_given)
    gone_back = {"consents": sorted((set(gone["consents"]) - refused) | gone_given)}
    gone_back |= _refused_altogether(gone, after, now, changed)
    kept_back, gone_back = in_former_order(kept_back, before), in_former_order(gone_back, gone)
    return Apart(kept_back, gone_back, frozenset(gone_given))


def _refused_altogether(gone: Row, after: Row, now: Row, changed: Collection[str]) -> Row:
    """{column: value} of a stop and of an objection to computing that were said since the joining,
    for the record that comes back. Empty where there were none.
    """
    found: dict[str, Any] = {}
    if now.get("stop_reason") and not set(STOP).isdisjoint(changed):
        found |= stricter_stop(gone, now)
    if after.get("analytics") and not now["analytics"]:
        found["analytics"] = False
    return found


def in_former_order(back: dict[str, Any], former: Row) -> dict[str, Any]:
    """The list of consents as it stood, where the same are in it; ``back`` itself is changed.

    Taking apart then gives back the very row, which a sorted list would not.
    """
    if sorted(former["consents"]) == back["consents"]:
        back["consents"] = former["consents"]
    return back


def _for_addresses_of(row: Row, given: Iterable[str], now: Row) -> set[str]:
    """Those of the permissions ``given`` on whose channel the row has the joined one's address.

    None on a channel on which the joined one has no address.
    """
    found = set()
    for one in given:
        channel, _purpose = parts_of(one)
        column = ADDRESS_FIELDS[channel]
        if now[column] and row[column] == now[column]:
            found.add(one)
    return found
