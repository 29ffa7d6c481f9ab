"""Readers whose answers are known: drawn into arms, mailed, and counted as an evaluation counts
them. Pure.

Every reader is of some segments, is mailed at some hour by some arm, answers or not, and has the
outcome or not. What is true stands in ``Truth``; chance does the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from analytics.loop.inputs.experiment import (
    ADDRESSED,
    HELD_OUT,
    AnsweredCell,
    ArmCell,
    ArmDrawn,
    ArmRole,
    Drawn,
    PlannedArm,
    Promised,
    WindowProgress,
)
from analytics.loop.inputs.shapes import (
    DeliveryCell,
    FollowedElsewhere,
    Inputs,
    OpenLinks,
    Period,
    PersonGroup,
    PlannedChannel,
    UnchosenSegment,
)
from analytics.loop.rules import CURRENT

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 28
#: The hour that was planned, by the library's clock.
PLANNED_HOUR = 10
#: Share of the plan that mail has; the open channels share the rest.
MAIL_SHARE = 40
#: Open channels of every library, as many as a truth has rates for.
OPEN = ("poster", "stall", "board")


@dataclass(frozen=True)
class Truth:
    """What is true of one campaign.

    ``base``: share with the outcome without a campaign; ``effect``: what being mailed adds to it;
    ``arm_effects``: what each further arm adds instead. ``answers``: share of those mailed who
    answer; ``segment_effects``: what being in a segment adds to that, one for each segment, of
    which the first ``addressed`` are in the plan; ``joins``: share of the readers in each.
    ``hours``: in how many hours mail goes out. ``by_segment``: the hour follows from the first
    segment instead of from chance. ``open_rates``: what each open channel brings per percent of the
    plan and thousand readers. ``brought``: share of those held out whom friends bring along.
    """

    readers: int = 3000
    base: float = 0.25
    effect: float = 0.0
    arm_effects: tuple[float, ...] = ()
    answers: float = 0.06
    segment_effects: tuple[float, ...] = (0.0,) * 20
    addressed: int = 2
    joins: float = 0.3
    hours: int = 13
    by_segment: bool = False
    open_rates: tuple[float, ...] = (1.0, 1.0)
    holdout_percent: int = 20
    smallest: float = 0.03
    brought: float = 0.0
    day: int = DAYS


@dataclass
class Played:
    """One campaign as it went: an array of ``readers`` for each thing that is known of a reader."""

    truth: Truth
    chance: np.random.Generator
    arm: np.ndarray = field(init=False)
    members: np.ndarray = field(init=False)
    hour: np.ndarray = field(init=False)
    responded: np.ndarray = field(init=False)
    outcome: np.ndarray = field(init=False)

    def __post_init__(self):
        """The campaign is played at once, in an order of draws that must stay as it is: another
        one would be another campaign for every seed.
        """
        truth, chance, n = self.truth, self.chance, self.truth.readers
        codes = np.array([HELD_OUT, *arm_codes(truth)])
        held = truth.holdout_percent / 100
        mailed = (1 - held) / (len(codes) - 1)
        self.arm = chance.choice(codes, n, p=[held, *[mailed] * (len(codes) - 1)])
        self.members = chance.random((n, len(truth.segment_effects))) < truth.joins
        self.hour = PLANNED_HOUR + chance.integers(0, truth.hours, n)
        if truth.by_segment:
            # The fault of real libraries: students are mailed at 20, teachers at 10, and the hour
            # takes the credit for the difference between them.
            self.hour = PLANNED_HOUR + 10 * self.members[:, 0]

        answers = truth.answers + self.members @ np.array(truth.segment_effects)
        self.responded = (chance.random(n) < answers.clip(0, 1)) & (self.arm != HELD_OUT)
        # Friends bring along whom the library held out: as if a little of the effect leaked.
        added = np.where(self.arm == HELD_OUT, truth.brought, truth.effect)
        for code, effect in zip(arm_codes(truth)[1:], truth.arm_effects, strict=True):
            added = np.where(self.arm == code, effect, added)
        self.outcome = chance.random(n) < (truth.base + added).clip(0, 1)

    @property
    def mailed(self) -> np.ndarray:
        """Which readers were sent a mail. Shape (readers,): everybody but those held out, as no
        mail of a world is lost.
        """
        return self.arm != HELD_OUT


def arm_codes(truth: Truth) -> list[str]:
    """The addressed arms; a campaign without further ones has one."""
    if not truth.arm_effects:
        return [ADDRESSED]
    return [chr(ord("A") + place) for place in range(len(truth.arm_effects) + 1)]


def play(truth: Truth, seed: int) -> Inputs:
    """The inputs of one evaluation; the same seed gives the same ones."""
    return inputs_of(Played(truth, np.random.default_rng(seed)))


def inputs_of(played: Played) -> Inputs:
    """What an evaluation counts of a campaign."""
    truth = played.truth
    addressed = tuple(range(1, truth.addressed + 1))
    return Inputs(
        version=CURRENT,
        period=Period(START, START + timedelta(days=DAYS)),
        cells=tuple(_deliveries(played)),
        persons=tuple(_persons(played)),
        open_links=tuple(_open_links(played)),
        contributors=0,
        calls=0,
        surveys=(),
        send_hour=PLANNED_HOUR,
        holdout_percent=truth.holdout_percent,
        segments=addressed,
        channels=tuple(_channels(truth)),
        costs=(),
        hour_rate=0.0,
        standards=(),
        segment_names={pk: f"segment {pk}" for pk in addressed},
        unchosen_segments=tuple(_unchosen(played)),
        segment_sizes=tuple(_sizes(played)),
        followed_elsewhere=(FollowedElsewhere("email", int(played.responded.sum())),),
        promised=promised_of(truth),
        drawn=Drawn(
            cells=tuple(_arm_cells(played)),
            arms=tuple(_arms(played)),
            answered=tuple(_answered(played)),
            progress=WindowProgress(truth.day, DAYS),
        ),
    )


def promised_of(truth: Truth) -> Promised:
    """What was named before the launch."""
    arms = []
    codes = arm_codes(truth)
    # The first arm goes on as before, all others are new.
    roles = [ArmRole.AS_BEFORE] + [ArmRole.NEW] * (len(codes) - 1)
    for code, role in zip(codes, roles, strict=True):
        arms.append(PlannedArm(code, role, {"en": code, "zh-hans": code}))
    return Promised(outcome="visit", window_days=DAYS, smallest=truth.smallest, arms=tuple(arms))


def _groups(keys: np.ndarray) -> Iterator[tuple[list, int]]:
    """Each row of ``keys`` once, with how often it stands there."""
    rows, counts = np.unique(keys, axis=0, return_counts=True)
    yield from zip(rows.tolist(), counts.tolist(), strict=True)


def _addressed_of(played: Played) -> np.ndarray:
    """Readers × addressed segments. Of shape (readers, addressed): whether each is of each."""
    return played.members[:, : played.truth.addressed].astype(int)


def _pks(flags: list[int]) -> tuple[int, ...]:
    """Primary keys of the segments whose flag is set."""
    return tuple(place + 1 for place, is_in in enumerate(flags) if is_in)


def _deliveries(played: Played) -> Iterator[DeliveryCell]:
    """Mails that were sent, and those that stayed because their readers are held out. One mail for
    each reader; an hour, and a response, only where it was sent.
    """
    # Nothing was sent in any hour to whoever is held out.
    hours = np.where(played.mailed, played.hour, 0)
    columns = [_addressed_of(played), played.mailed[:, None], hours[:, None]]
    keys = np.hstack([*columns, played.responded[:, None]]).astype(int)
    for (*flags, mailed, hour, responded), n in _groups(keys):
        if mailed:
            yield DeliveryCell("email", _pks(flags), "sent", hour, bool(responded), n)
        else:
            yield DeliveryCell("email", _pks(flags), "holdout", None, False, n)


def _persons(played: Played) -> Iterator[PersonGroup]:
    """Readers by arm, answer and outcome."""
    keys = np.stack([played.mailed, played.responded, played.outcome], axis=1).astype(int)
    for (mailed, responded, active), n in _groups(keys):
        yield PersonGroup(
            held=not mailed,
            treated=bool(mailed),
            reached=bool(mailed),
            responded=bool(responded),
            active=bool(active),
            n=n,
        )


def _arm_cells(played: Played) -> Iterator[ArmCell]:
    """Outcomes by arm; the readers of a world are all of one stratum."""
    for arm in np.unique(played.arm):
        of_arm = played.outcome[played.arm == arm]
        had = int(of_arm.sum())
        yield ArmCell(str(arm), "all", len(of_arm), had, had)


def _arms(played: Played) -> Iterator[ArmDrawn]:
    """How many were drawn into each arm; nobody is lost."""
    for arm in np.unique(played.arm):
        yield ArmDrawn(str(arm), int((played.arm == arm).sum()))


def _answered(played: Played) -> Iterator[AnsweredCell]:
    """Readers who were sent mail, by what they have in common. Each arm has a content of its own,
    numbered from 1 in the order of the draw.
    """
    codes = ["", *arm_codes(played.truth)]
    # Who is held out has the first place, which no cell shows: they were sent nothing.
    place_of = dict(zip(codes, range(len(codes)), strict=True))
    places = np.array([place_of.get(arm, 0) for arm in played.arm])
    columns = [_addressed_of(played), places[:, None], played.hour[:, None]]
    keys = np.hstack([*columns, played.responded[:, None]]).astype(int)
    for (*flags, place, hour, responded), n in _groups(keys[played.mailed]):
        yield AnsweredCell(_pks(flags), "student", codes[place], place, hour, bool(responded), n)


def _unchosen(played: Played) -> Iterator[UnchosenSegment]:
    """Segments that are not in the plan: twice as large as what of them was addressed. Half of
    their members were not addressed, so that there is somebody to add.
    """
    mailed = played.members & played.mailed[:, None]
    sizes = played.members.sum(axis=0)
    sent = mailed.sum(axis=0)
    responded = (mailed & played.responded[:, None]).sum(axis=0)
    for place in range(played.truth.addressed, len(sizes)):
        yield UnchosenSegment(
            pk=place + 1,
            name=f"segment {place + 1}",
            size=2 * int(sizes[place]),
            sent=int(sent[place]),
            responded=int(responded[place]),
        )


def _sizes(played: Played) -> Iterator[tuple[int, int]]:
    """Sizes of the addressed segments, as their own pages tell them. (key, members): twice what was
    addressed, like those that nobody chose.
    """
    for place in range(played.truth.addressed):
        yield place + 1, 2 * int(played.members[:, place].sum())


def _channels(truth: Truth) -> Iterator[PlannedChannel]:
    """Mail, and the open channels with equal shares of what it leaves."""
    opened = OPEN[: len(truth.open_rates)]
    each = (100 - MAIL_SHARE) // max(len(opened), 1)
    # Mail takes what is left over by rounding, and all where there is no open channel.
    shares = {"email": 100 - each * len(opened), **dict.fromkeys(opened, each)}
    for code, share in shares.items():
        yield PlannedChannel(code, {"en": code}, "digital", code == "email", share, 0.0)


def _open_links(played: Played) -> Iterator[OpenLinks]:
    """Followings of the links of open channels."""
    shares = {channel.code: channel.share for channel in _channels(played.truth)}
    for code, rate in zip(OPEN, played.truth.open_rates, strict=False):
        expected = rate * shares[code] * played.truth.readers / 1000
        yield OpenLinks(code, 1, int(played.chance.poisson(expected)))
