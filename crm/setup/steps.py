"""The first steps of a library: each says what it unlocks, how long it takes, and where to do it.

Nobody ticks them: whether one is done is told by the data.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.safety import last_backup
from crm.setup.queries import what_is_done

#: Steps that the desk's first page names.
NEXT = 3


@dataclass(frozen=True)
class Step:
    """``page`` and ``args`` name where it is done; ``minutes`` is what it takes, about.

    ``key`` names it in what the data say (``queries.what_is_done``), and the part of the page.
    """

    key: str
    title: Any
    unlocks: Any
    minutes: int
    page: str
    args: tuple = ()
    is_done: bool = False

    @property
    def url(self) -> str:
        """The page on which it is done, at its part where the page has several."""
        return f"{reverse(self.page, args=self.args)}#{self.key}"


LIBRARY, REGISTER = "crm:library-settings", "crm:register-list"
STEPS = (
    Step(
        "name",
        _("The library's name"),
        _("It stands on every page, in every letter and beside every sender."),
        1,
        LIBRARY,
    ),
    Step(
        "logo",
        _("The logo"),
        _("Readers see at a glance whose page and whose letter it is."),
        2,
        LIBRARY,
    ),
    Step(
        "colour",
        _("The colour"),
        _("Pages look like your library's; every choice can be read by everybody."),
        1,
        LIBRARY,
    ),
    Step(
        "campuses",
        _("Campuses"),
        _("Readers, visits and staff are told apart by place, and rights can be limited to one."),
        2,
        REGISTER,
        ("campuses",),
    ),
    Step(
        "departments",
        _("Departments"),
        _("Who works where: it stays readable after departments are merged."),
        3,
        REGISTER,
        ("departments",),
    ),
    Step(
        "terms",
        _("Terms"),
        _("The library's calendar stands in one place: terms, teaching weeks, holidays."),
        2,
        REGISTER,
        ("terms",),
    ),
    Step(
        "sender",
        _("The sender of mail, and a test mail"),
        _("Invitations, answers and campaigns arrive, and not among the unwanted mail."),
        3,
        "crm:mail-settings",
    ),
    Step(
        "returns",
        _("The mailbox that mail comes back to"),
        _("Addresses that cannot be reached are known, and no campaign goes on writing to them."),
        2,
        "crm:mail-settings",
    ),
    Step(
        "patrons",
        _("The first file of readers"),
        _("Everything that speaks of readers: the list, segments, campaigns."),
        5,
        "crm:import-create",
    ),
    Step(
        "activities",
        _("The first file of what readers did"),
        _("Loans or visits: what readers do can be asked for, and outcomes can be measured."),
        5,
        "crm:activity-import-create",
    ),
    Step(
        "segment",
        _("The first segment"),
        _("A campaign can address it, and its size is followed from now on."),
        3,
        "crm:segment-create",
    ),
    Step(
        "backup",
        _("The first backup"),
        _("Nothing that was entered today can be lost tomorrow."),
        1,
        "crm:setup",
    ),
)


@dataclass(frozen=True)
class FirstSteps:
    """All steps as they stand, and whether somebody has put them away."""

    steps: tuple[Step, ...]
    put_away: bool

    @property
    def done(self) -> int:
        """How many are done, whether they were put away or not."""
        return sum(step.is_done for step in self.steps)

    @property
    def open(self) -> list[Step]:
        """Those that are left, in their order."""
        return [step for step in self.steps if not step.is_done]

    @property
    def next(self) -> list[Step]:
        """The first ``NEXT`` of those that are left; fewer near the end."""
        return self.open[:NEXT]

    @property
    def minutes(self) -> int:
        """What is left takes about so long; 0 where nothing is."""
        return sum(step.minutes for step in self.open)

    @property
    def are_shown(self) -> bool:
        """Whether the desk's first page speaks of them: something is left, and not put away."""
        return bool(self.open) and not self.put_away


def first_steps() -> FirstSteps:
    """The steps as the data tell them now, done or not, in their order. One statement.

    Whether there was a backup is told by the note that it left.
    """
    found = what_is_done()
    found["backup"] = last_backup() is not None
    steps = tuple(map(partial(_stands, found), STEPS))
    return FirstSteps(steps, found["put_away"])


def _stands(found: dict[str, bool], step: Step) -> Step:
    """The step with whether it is done."""
    return replace(step, is_done=found[step.key])


def steps_for(user) -> FirstSteps | None:
    """For the desk's first page: None for who decides nothing of this, and once nothing is left.

    None as well while they are put away. For whoever may not decide the data are not asked.
    """
    if not user.can("settings.edit"):
        return None
    found = first_steps()
    if not found.are_shown:
        return None
    return found
