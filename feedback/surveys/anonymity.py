"""Held anonymous answers become responses in shuffled batches.

Why each step is as it is stands in docs/adr/0021-sealed-and-pooled.md. k is the survey's
``least_together``.
"""

import json
import logging
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg2 import Binary

from campaigns.plan.models import Channel
from core.columns import first_column
from feedback.surveys import answering, sealing
from feedback.surveys.definitions import Definition, parse_definition
from feedback.surveys.keys import announce
from feedback.surveys.models import Response, Survey, SurveyVersion
from feedback.surveys.results import whole_definition
from feedback.surveys.sealing import BoxContent, CannotOpen

log = logging.getLogger(__name__)
shuffle = random.SystemRandom().shuffle
#: Held answers opened at once; what is more waits for the next round of the same run.
MOST = 1000
#: Stands for every flag of a batch in which one of them would single out a few.
SOME_FLAG = "automatic"
#: What may single out a few beside their answers, and what is written where it is not told.
UNTOLD = {"flagged": SOME_FLAG, "version": None, "language": "", "channel": None}
#: In a random order, so that what is left out by the limit is left out by chance.
HELD = """
SELECT h.id, h.sealed, COALESCE(encode(k.public, 'hex'), ''), h.from_before, h.xmin::text
FROM feedback_heldanswer h
LEFT JOIN feedback_answerkey k ON k.id = h.key_id
WHERE h.survey_id = %(survey)s
    AND (h.key_id IS NULL OR k.public = ANY(%(halves)s))
ORDER BY random()
LIMIT %(most)s
"""
MIX = """
SELECT huixiang_mix_answers(
    %(survey)s, %(taken)s::uuid[], %(kept)s::bytea[], %(key)s, %(written)s::jsonb,
    %(day)s, %(is_last)s, %(spent)s::bytea[])
"""
#: Of these numbers those whose answer was written, or deleted, before.
SPENT = """
SELECT encode(nonce, 'hex') FROM feedback_spentbox
WHERE survey_id = %(survey)s AND nonce = ANY(%(nonces)s)
"""


@dataclass(frozen=True)
class Held:
    """One opened answer; ``xmin`` is the transaction that held it, ``public`` its key's half.

    ``public`` is empty for what 0.1 held in the open.
    """

    id: UUID
    content: BoxContent
    public: str
    xmin: str


@dataclass(frozen=True)
class Parting:
    """What of the answers is written now, and what stays held; the rest of a survey is dropped."""

    written: list[BoxContent]
    kept: list[BoxContent]


def mix() -> int:
    """Write what can be written of every survey; returns how many became responses.

    A process without the private half leaves everything as it is. A survey that fails holds up no
    other; its fault is raised when these are done.
    """
    key = announce()
    if key is None:
        return 0
    written = 0
    faults: list[Exception] = []
    for survey in Survey.objects.filter(held_answers__isnull=False).distinct():
        try:
            written += mix_survey(survey, key)
        except OperationalError as fault:
            # Answers came meanwhile, or another run was faster: the next run finds what is left.
            log.info("Survey %s is mixed later: %s", survey.pk, fault)
        except Exception as fault:
            log.exception("Survey %s could not be mixed", survey.pk)
            faults.append(fault)
    if faults:
        raise faults[0]
    return written


def mix_survey(survey: Survey, key: int) -> int:
    """All batches that can be written of one survey; what stays held is sealed for ``key``."""
    written = 0
    while True:
        held = take(survey)
        written += mix_round(survey, key, held)
        if len(held) < MOST:
            return written


def mix_round(survey: Survey, key: int, held: list[Held]) -> int:
    """Write what can be written of these; where that is nothing they are held anew, if need be.

    Returns how many answers were written.
    """
    if not held:
        return 0
    # Where there are too many to be opened at once, these are no survey's last ones.
    is_last = survey.is_over() and len(held) < MOST
    contents = [one.content for one in held]
    parting = part(survey, contents, is_last=is_last)

    is_needed = is_last or bool(parting.written)
    if not is_needed and not is_told_apart(held):
        return 0
    return hand_over(survey, key, held, parting, is_last=is_last)


def take(survey: Survey) -> list[Held]:
    """Up to MOST held answers that the keys at hand open, in a random order.

    One that does not open, or is a copy, is left where it is and told in the log.
    """
    halves = list(map(Binary, sealing.private_halves()))
    asked = {"survey": survey.pk, "most": MOST, "halves": halves}
    with connection.cursor() as cursor:
        cursor.execute(HELD, asked)
        rows = cursor.fetchall()

    found = []
    for identity, box, public, from_before, xmin in rows:
        try:
            content = opened(bytes(box), survey.pk, public, from_before=from_before)
        except CannotOpen:
            # Damaged, or put there by hand. It stays, and with it the survey's last batch.
            log.warning("Held answer %s of survey %s does not open", identity, survey.pk)
            continue
        found.append(Held(identity, content, public, xmin))
    return without_repeated(survey, found)


def opened(box: bytes, survey: int, public: str, *, from_before: bool) -> BoxContent:
    """What a held row says. CannotOpen for a box that the key with this half does not open, and for
    one that the portal did not write.

    What an earlier version held has no mark; it was there when marks began, and gets one now.
    """
    if not public and not from_before:
        raise CannotOpen
    content = unsealed(box, survey, public)
    if sealing.is_vouched(content, survey=survey):
        return content
    if not from_before:
        raise CannotOpen
    return sealing.vouched(content, survey=survey)


def unsealed(box: bytes, survey: int, public: str) -> BoxContent:
    """What the box holds; KeyError where its key is gone, CannotOpen for a box that was changed."""
    if not public:
        return sealing.read_content(box)
    private = sealing.private_halves()[bytes.fromhex(public)]
    return sealing.open_box(box, survey=survey, private=private)


def without_repeated(survey: Survey, found: list[Held]) -> list[Held]:
    """One of each number, and none whose number is spent: a copy of a box is no other answer."""
    spent = spent_among(survey.pk, [one.content.nonce for one in found])
    single = []
    for one in found:
        if one.content.nonce in spent:
            log.warning("Held answer %s of survey %s is a copy", one.id, survey.pk)
            continue
        spent.add(one.content.nonce)
        single.append(one)
    return single


def spent_among(survey: int, nonces: Sequence[str]) -> set[str]:
    """Those of the numbers (hex) that the survey has seen the end of."""
    asked = {"survey": survey, "nonces": numbers(nonces)}
    with connection.cursor() as cursor:
        cursor.execute(SPENT, asked)
        return set(first_column(cursor))


def numbers(nonces: Sequence[str]) -> list[Binary]:
    """As the database keeps them: bytes in place of hex digits, in the same order."""
    return [Binary(bytes.fromhex(nonce)) for nonce in nonces]


def part(survey: Survey, contents: list[BoxContent], *, is_last: bool) -> Parting:
    """Which answers are written: chosen by lot among all, never by the order in which they came.

    Those that look automatic are pooled apart: counted with the others, they would make a batch
    look larger than the number of its people.
    """
    parting = Parting([], [])
    pools: dict[bool, list[BoxContent]] = defaultdict(list)
    for one in contents:
        pools[one.flagged == Response.UNFLAGGED].append(one)

    for pool in pools.values():
        written, kept = part_pool(pool, survey.least_together, is_last=is_last)
        parting.written.extend(without_rare_traits(written, survey.least_together))
        if not is_last:
            parting.kept.extend(kept)
    shuffle(parting.written)
    shuffle(parting.kept)
    return parting


def part_pool(
    pool: list[BoxContent], k: int, *, is_last: bool
) -> tuple[list[BoxContent], list[BoxContent]]:
    """What of one pool is written now, and the rest.

    Only readers whom the portal can tell apart count (ADR 0026): what came by the open link may all
    be one person's. It is written along with them, or in batches of its own.
    """
    known, others = [], []
    for one in pool:
        if one.known:
            known.append(one)
        else:
            others.append(one)
    shuffle(known)
    shuffle(others)
    stay = staying(len(known), k, is_last=is_last)
    if stay < len(known):
        return known[stay:] + others, known[:stay]

    stay = staying(len(others), k, is_last=is_last)
    return others[stay:], known + others[:stay]


def staying(n: int, k: int, *, is_last: bool) -> int:
    """How many of ``n`` are not written: k stay once there are 2k, all while there are fewer.

    When a survey is over its last k … 2k − 1 are written together; fewer than k never are.
    """
    least, left = 2 * k, k
    if is_last:
        least, left = k, 0
    if n < least:
        return n
    return left


# --- what stands beside the answers ---------------------------------------------------------------
def without_rare_traits(batch: list[BoxContent], k: int) -> list[BoxContent]:
    """The batch without what would single out fewer than ``k``.

    Flag, version, language and channel, one after the other, are told of all in the batch or of
    none, so that no combination of what is told is found fewer than ``k`` times among those who
    count: known readers, and all in a batch without any.
    """
    known_codes = dict(Channel.objects.values_list("code", "pk"))
    batch = [with_channel(one, known_codes) for one in batch]
    told: list[str] = []
    for trait, untold in UNTOLD.items():
        if is_rare(batch, [*told, trait], k):
            batch = [replace(one, **{trait: untold}) for one in batch]
        else:
            told.append(trait)
    return batch


def is_rare(batch: Sequence[BoxContent], traits: Sequence[str], k: int) -> bool:
    """True when some combination of these traits is found fewer than ``k`` times.

    Where anybody in the batch is known to the register, the known alone count.
    """
    combination_of = attrgetter(*traits)
    has_known = any(one.known for one in batch)
    found: Counter = Counter()
    for one in batch:
        # Other answers add nothing, and their combinations are found all the same.
        counts = one.known or not has_known
        found[combination_of(one)] += int(counts)
    return min(found.values(), default=k) < k


def with_channel(one: BoxContent, known_codes: dict[str, int]) -> BoxContent:
    """With the channel that the address named, where the reader's mail named none; None for a code
    that is no channel's.
    """
    if one.channel is not None:
        return one
    return replace(one, channel=known_codes.get(one.channel_code))


def is_told_apart(held: Sequence[Held]) -> bool:
    """True when the rows say by their transactions or keys which of them came when."""
    transactions = {one.xmin for one in held}
    if len(transactions) > 1:
        return True
    keys = {one.public for one in held}
    return keys != {newest_half().hex()}


def newest_half() -> bytes:
    """The public half of the key that what stays held is sealed for."""
    return next(iter(sealing.private_halves()))


# --- handing over ---------------------------------------------------------------------------------
def hand_over(
    survey: Survey, key: int, held: Sequence[Held], parting: Parting, *, is_last: bool
) -> int:
    """Let the database's own function move the rows, all or nothing; returns how many it wrote."""
    definition = whole_definition(survey)
    arguments = {
        "survey": survey.pk,
        "taken": [str(one.id) for one in held],
        "kept": boxes(survey, parting.kept),
        "key": key,
        "written": json.dumps([as_row(one, definition) for one in parting.written]),
        "day": batch_day(survey),
        "is_last": is_last,
        "spent": spent_by(held, parting),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MIX, arguments)
        return cursor.fetchone()[0]


def spent_by(held: Sequence[Held], parting: Parting) -> list[Binary]:
    """The numbers of all that do not stay held, in an order that says nothing."""
    stay = {one.nonce for one in parting.kept}
    gone = sorted(one.content.nonce for one in held if one.content.nonce not in stay)
    return numbers(gone)


def boxes(survey: Survey, contents: Sequence[BoxContent]) -> list[Binary]:
    """Sealed anew, so that no box of before can be recognised among them."""
    public = newest_half()
    versions = SurveyVersion.objects.filter(survey=survey).values_list("pk", "definition")
    sizes = {pk: sealing.size_for(parse_definition(definition)) for pk, definition in versions}
    found = []
    for one in contents:
        size = sizes[one.version]
        found.append(Binary(sealing.seal(one, survey=survey.pk, public=public, size=size)))
    return found


def as_row(one: BoxContent, definition: Definition) -> dict:
    """A response with its vector and texts, as the database's function takes it.

    The vector is as long as the whole questionnaire of all versions: its length tells none.
    """
    vector = answering.vector_of(definition, one.answers)
    return {
        # Which of them count, for the database's own look at the batch; it is stored nowhere.
        "known": one.known,
        "version": one.version,
        "channel": one.channel,
        "language": one.language,
        "flagged": one.flagged,
        "answers": one.answers,
        "digest": answering.digest(one.answers),
        "codes": vector.codes,
        "nums": vector.nums,
        "texts": answering.texts(definition, one.answers),
    }


def batch_day(survey: Survey) -> datetime:
    """The day that a batch is stored with: midnight of today; of the day on which the survey ended,
    where it did before.
    """
    now = timezone.localtime()
    if survey.closes_at is not None:
        now = min(now, timezone.localtime(survey.closes_at))
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
