"""Somebody who wants to know who gave which anonymous answer.

They have the source and every key but the workers' one, know of every reader when they answered, in
which language and by which channel (deliveries, clicks, activities and the journals tell that), and
take a copy of the database before and after every run of the mixing: every row with its place in
the file and its transaction number, which is more than a dump holds.

A strategy is a function from ``Seen`` to {response id: reader}: as many guesses as it dares.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from feedback.surveys import intake

TABLES = (
    "feedback_participation",
    "feedback_heldanswer",
    "feedback_response",
    "feedback_responsevector",
    "feedback_answertext",
    "crm_auditevent",
)
Guesses = dict[str, int]


@dataclass(frozen=True)
class Row:
    """A row as it lies in the file: block and line, transaction number, columns."""

    place: tuple[int, int]
    xmin: int
    values: dict


@dataclass(frozen=True)
class Arrival:
    """What is known of a reader's answer beside its content; ``order`` counts from 0."""

    reader: int
    order: int
    language: str
    channel: int | None
    version: int


@dataclass
class Seen:
    """Everything collected: who came, and {table: rows} of every copy, oldest first."""

    survey: int
    arrivals: list[Arrival] = field(default_factory=list)
    copies: list[dict[str, list[Row]]] = field(default_factory=list)

    def take_copy(self) -> None:
        self.copies.append({table: self.own_rows(table) for table in TABLES})

    def own_rows(self, table: str) -> list[Row]:
        """Rows of this survey; of tables that do not name one, all."""
        found = rows_of(table)
        return [row for row in found if row.values.get("survey_id", self.survey) == self.survey]

    def table(self, name: str) -> list[Row]:
        """The newest copy of a table."""
        return self.copies[-1][f"feedback_{name}"]

    # --- what follows from the copies without any guess -----------------------------------------
    def person_of(self) -> dict[str, Arrival]:
        """{digest in the table of who took part: arrival}: whoever has the key can compute it."""
        found = {}
        for arrival in self.arrivals:
            digest = intake.keyed(self.survey, f"reader {arrival.reader}")
            found["\\x" + digest.hex()] = arrival
        return found

    def first_seen(self, name: str, key: str = "id") -> dict[str, int]:
        """{key of a row: number of the copy it first stood in}."""
        found: dict[str, int] = {}
        for number, copy in enumerate(self.copies):
            for row in copy[f"feedback_{name}"]:
                found.setdefault(row.values[key], number)
        return found

    def batches(self) -> list[list[Row]]:
        """Responses that appeared between two copies, batch by batch, in the order of the file."""
        since = self.first_seen("response")
        found: dict[int, list[Row]] = defaultdict(list)
        for row in sorted(self.table("response"), key=lambda row: row.place):
            found[since[row.values["id"]]].append(row)
        return [found[number] for number in sorted(found)]

    def waiting_for(self, batch: list[Row]) -> list[Arrival]:
        """Who came after the batch before and before this one, in the order of arrival."""
        appeared = self.first_seen("response")
        mine = appeared[batch[0].values["id"]]
        earlier = [number for number in appeared.values() if number < mine]
        last = max(earlier, default=-1)
        people = self.person_of()
        found = []
        for digest, number in self.first_seen("participation", "digest").items():
            if last <= number <= mine and digest in people:
                found.append(people[digest])
        return sorted(found, key=lambda arrival: arrival.order)


def rows_of(table: str) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text, xmin::text, to_jsonb(t)::text FROM {table} t")
        for place, xmin, values in cursor.fetchall():
            yield Row(tuple(json.loads(f"[{place[1:-1]}]")), int(xmin), json.loads(values))


def paired(responses: list[Row], people: list[Arrival]) -> Guesses:
    """The first with the first, the second with the second …"""
    pairs = zip(responses, people, strict=False)
    return {row.values["id"]: arrival.reader for row, arrival in pairs}


# --- strategies -----------------------------------------------------------------------------------
def as_it_lies(row: Row) -> object:
    """What a held row says to whoever has no key."""
    return row.values["sealed"]


def written_by(seen: Seen, said_by: dict[str, int]) -> Guesses:
    """Responses that say what a held row said; ``said_by`` is {content as JSON: reader}."""
    found = {}
    for row in seen.table("response"):
        content = json.dumps(row.values["answers"], sort_keys=True)
        if content in said_by:
            found[row.values["id"]] = said_by[content]
    return found


def by_transaction(seen: Seen, read: Callable[[Row], object] = as_it_lies) -> Guesses:
    """Who took part and what was held were written by one transaction; the content tells the rest.

    A held answer that can be ``read`` is looked up among the responses.
    """
    people, said_by = seen.person_of(), {}
    for copy in seen.copies:
        took_part = defaultdict(list)
        for row in copy["feedback_participation"]:
            took_part[row.xmin].append(row.values["digest"])
        for row in copy["feedback_heldanswer"]:
            digests = took_part[row.xmin]
            if len(digests) == 1 and digests[0] in people:
                content = json.dumps(read(row), sort_keys=True)
                said_by.setdefault(content, people[digests[0]].reader)
    return written_by(seen, said_by)


def by_order_in_held_file(seen: Seen) -> Guesses:
    """The nth of who took part beside the nth held, copy by copy, as long as it can be read."""
    people, said_by = seen.person_of(), {}
    for copy in seen.copies:
        took_part = sorted(copy["feedback_participation"], key=lambda row: row.place)
        held = sorted(copy["feedback_heldanswer"], key=lambda row: row.place)
        newest = took_part[len(took_part) - len(held) :]
        for person, row in zip(newest, held, strict=False):
            content = json.dumps(as_it_lies(row), sort_keys=True)
            said_by[content] = people[person.values["digest"]].reader
    return written_by(seen, said_by)


def by_place_in_file(seen: Seen) -> Guesses:
    """Responses in the order of the file, readers in the order of arrival, batch by batch."""
    found = {}
    for batch in seen.batches():
        found |= paired(batch, seen.waiting_for(batch))
    return found


def by_place_from_behind(seen: Seen) -> Guesses:
    """The same with the last of the file for the last who came."""
    found = {}
    for batch in seen.batches():
        found |= paired(batch[::-1], seen.waiting_for(batch)[::-1])
    return found


def by_place_in_vectors(seen: Seen) -> Guesses:
    """The order of the file of vectors, in case the responses alone were shuffled."""
    place = {row.values["response_id"]: row.place for row in seen.table("responsevector")}
    found = {}
    for batch in seen.batches():
        in_order = sorted(batch, key=lambda row: place[row.values["id"]])
        found |= paired(in_order, seen.waiting_for(batch))
    return found


def by_numbers_of_texts(seen: Seen) -> Guesses:
    """The numbers that the sequence gave the open answers."""
    number = {row.values["response_id"]: row.values["id"] for row in seen.table("answertext")}
    found = {}
    for batch in seen.batches():
        in_order = sorted(batch, key=lambda row: number.get(row.values["id"], 0))
        found |= paired(in_order, seen.waiting_for(batch))
    return found


def by_ids(seen: Seen) -> Guesses:
    """The order of the responses' own ids."""
    found = {}
    for batch in seen.batches():
        in_order = sorted(batch, key=lambda row: row.values["id"])
        found |= paired(in_order, seen.waiting_for(batch))
    return found


def by_place_of_participation(seen: Seen) -> Guesses:
    """Rows of who took part in the order of their file and numbers, beside the responses."""
    people = seen.person_of()
    in_order = sorted(seen.table("participation"), key=lambda row: (row.xmin, row.place))
    readers = [people[row.values["digest"]] for row in in_order if row.values["digest"] in people]
    responses = sorted(seen.table("response"), key=lambda row: (row.xmin, row.place))
    return paired(responses, readers)


def by_numbers_of_participation(seen: Seen) -> Guesses:
    people = seen.person_of()
    in_order = sorted(seen.table("participation"), key=lambda row: row.values["id"])
    readers = [people[row.values["digest"]] for row in in_order if row.values["digest"] in people]
    return paired([row for batch in seen.batches() for row in batch], readers)


def by_intervals(seen: Seen) -> Guesses:
    """Of each batch those whose transaction lies after the batch before: alone, they are known."""
    found = {}
    for batch in seen.batches():
        waiting = seen.waiting_for(batch)
        if len(batch) == 1 and waiting:
            found[batch[0].values["id"]] = waiting[-1].reader
    return found


def by_attributes(seen: Seen) -> Guesses:
    """Language, channel and version together: one reader in the batch who has them is found out."""
    found = {}
    for batch in seen.batches():
        waiting = seen.waiting_for(batch)
        taken: dict[tuple, int] = defaultdict(int)
        for row in batch:
            traits = row.values["language"], row.values["channel_id"], row.values["version_id"]
            fitting = [one for one in waiting if fits(traits, one)] or waiting
            if fitting:
                turn = taken[traits] % len(fitting)
                found[row.values["id"]] = fitting[turn].reader
                taken[traits] += 1
    return found


def fits(traits: tuple, arrival: Arrival) -> bool:
    known = arrival.language, arrival.channel, arrival.version
    # What is not written fits everybody.
    return all(own in (None, "", other) for own, other in zip(traits, known, strict=True))


def by_days(seen: Seen) -> Guesses:
    """The day of a response against the day on which somebody took part."""
    people = seen.person_of()
    by_day: dict[str, list[int]] = defaultdict(list)
    for row in sorted(seen.table("participation"), key=lambda row: row.place):
        if row.values["digest"] in people:
            by_day[row.values["day"]].append(people[row.values["digest"]].reader)
    found = {}
    for row in sorted(seen.table("response"), key=lambda row: row.place):
        same = by_day.get(row.values["submitted_at"][:10])
        if same:
            found[row.values["id"]] = same.pop(0)
    return found


def by_what_is_gone(seen: Seen) -> Guesses:
    """Held rows followed over the copies by what they look like: which is gone was written.

    A row that is seen with one transaction has an owner; with its owner it is struck off.
    """
    people = seen.person_of()
    owner: dict[str, int] = {}
    gone: dict[int, list[int]] = defaultdict(list)
    for number, copy in enumerate(seen.copies):
        by_xmin: dict[int, list[str]] = defaultdict(list)
        for row in copy["feedback_participation"]:
            by_xmin[row.xmin].append(row.values["digest"])
        now = set()
        for row in copy["feedback_heldanswer"]:
            look = look_of(row)
            now.add(look)
            digests = by_xmin[row.xmin]
            if len(digests) == 1 and digests[0] in people:
                owner.setdefault(look, people[digests[0]].reader)
        for look in [look for look in owner if look not in now]:
            gone[number].append(owner.pop(look))
    since = seen.first_seen("response")
    found = {}
    for batch in seen.batches():
        candidates = gone[since[batch[0].values["id"]]]
        random.Random(0).shuffle(candidates)
        for row, reader in zip(batch, candidates, strict=False):
            found[row.values["id"]] = reader
    return found


def look_of(row: Row) -> str:
    """What a held row looks like when number and place are no help."""
    content = {name: value for name, value in row.values.items() if name != "id"}
    return json.dumps(content, sort_keys=True)


def by_length(seen: Seen) -> Guesses:
    """Long answers are long held rows: both sorted by length, batch by batch."""
    people, length = seen.person_of(), {}
    for copy in seen.copies:
        by_xmin: dict[int, list[str]] = defaultdict(list)
        for row in copy["feedback_participation"]:
            by_xmin[row.xmin].append(row.values["digest"])
        for row in copy["feedback_heldanswer"]:
            digests = by_xmin[row.xmin]
            if len(digests) == 1 and digests[0] in people:
                length.setdefault(people[digests[0]].reader, len(look_of(row)))
    found = {}
    for batch in seen.batches():
        rows = sorted(batch, key=lambda row: len(json.dumps(row.values["answers"])))
        waiting = seen.waiting_for(batch)
        waiting.sort(key=lambda arrival: length.get(arrival.reader, 0))
        found |= paired(rows, waiting)
    return found


def by_pools(seen: Seen) -> Guesses:
    """By the odds of the scheme itself: who came since the batch before is in this one likeliest.

    Those left behind are in the pool with a chance that halves from batch to batch; each response
    gets the likeliest reader who fits and was not named yet.
    """
    odds: dict[int, float] = {}
    arrival_of: dict[int, Arrival] = {}
    found = {}
    for batch in seen.batches():
        for arrival in seen.waiting_for(batch):
            odds.setdefault(arrival.reader, 1.0)
            arrival_of[arrival.reader] = arrival
        for row in batch:
            traits = row.values["language"], row.values["channel_id"], row.values["version_id"]
            fitting = [reader for reader in odds if fits(traits, arrival_of[reader])]
            if fitting:
                reader = max(fitting, key=lambda reader: odds[reader])
                found[row.values["id"]] = reader
                odds[reader] /= 1000
        odds = {reader: odd / 2 for reader, odd in odds.items()}
    return found


def by_everything(seen: Seen) -> Guesses:
    """Candidates of each response after all that is certain, one of them by lot, nobody twice."""
    rng, found, used = random.Random(1), {}, set()
    certain = by_transaction(seen) | by_intervals(seen)
    for batch in seen.batches():
        waiting = seen.waiting_for(batch)
        # Those with the fewest candidates first.
        options = []
        for row in batch:
            traits = row.values["language"], row.values["channel_id"], row.values["version_id"]
            options.append((row.values["id"], [one.reader for one in waiting if fits(traits, one)]))
        for response, readers in sorted(options, key=lambda option: len(option[1])):
            free = [reader for reader in readers if reader not in used]
            reader = certain.get(response) or (rng.choice(free) if free else None)
            if reader is not None:
                found[response] = reader
                used.add(reader)
    return found


STRATEGIES: list[Callable[[Seen], Guesses]] = [
    by_transaction,
    by_order_in_held_file,
    by_place_in_file,
    by_place_from_behind,
    by_place_in_vectors,
    by_numbers_of_texts,
    by_ids,
    by_place_of_participation,
    by_numbers_of_participation,
    by_intervals,
    by_attributes,
    by_days,
    by_what_is_gone,
    by_length,
    by_pools,
    by_everything,
]
