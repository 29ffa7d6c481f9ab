"""The menus of the three areas.

An item whose page is not installed, or that the person may not open, is left out.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Item:
    """One menu entry. ``key`` is what a template's ``nav`` block says, ``go`` the letter typed
    after g.
    """

    key: str
    label: str
    url_name: str
    permission: str = ""
    go: str = ""
    signed_in: bool = False
    phone: bool = True

    @property
    def url(self) -> str:
        """Address of the page, or an empty string where no such page is installed."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


PORTAL = [
    Item("home", _("Home"), "feedback:home", go="h"),
    Item("calls", _("Calls"), "feedback:call-list"),
    Item("works", _("Works"), "feedback:work-list"),
    Item("voice", _("Say something"), "feedback:voice-create", go="w"),
    Item("surveys", _("Surveys"), "feedback:survey-open-list", phone=False),
    Item("me", _("Me"), "crm:me", signed_in=True),
]
DESK = [
    ("", [Item("today", _("Today"), "analytics:today", "desk.open", "t")]),
    (
        _("Readers"),
        [
            Item("readers", _("Readers"), "crm:reader-list", "readers.view", "r"),
            Item("segments", _("Segments"), "crm:segment-list", "segments.view", "s"),
            Item("imports", _("Imports"), "crm:import-list", "readers.import", "i"),
        ],
    ),
    (
        _("Campaigns"),
        [
            Item(
                "campaigns",
                _("Campaigns"),
                "campaigns:campaign-list",
                "campaigns.view",
                "c",
            ),
            Item("links", _("Links"), "campaigns:link-list", "campaigns.view", "l"),
        ],
    ),
    (
        _("Listening"),
        [
            Item("voices", _("Voices"), "feedback:voice-list", "voices.view", "v"),
            Item("surveys", _("Surveys"), "feedback:survey-list", "surveys.view", "u"),
        ],
    ),
    (
        _("Making together"),
        [
            Item(
                "calls",
                _("Calls and review"),
                "feedback:call-desk-list",
                "calls.view",
                "k",
            )
        ],
    ),
    (
        _("System"),
        [
            Item("jobs", _("Jobs"), "crm:job-list", "jobs.view", "j"),
            Item("mailbox", _("Demo mailbox"), "demo:mailbox", "mailbox.view", "m"),
            Item("audit", _("Audit"), "crm:audit-list", "audit.view", "a"),
            Item("users", _("Users"), "crm:user-list", "users.edit"),
        ],
    ),
]
INSIGHT = [
    Item("month", _("This month"), "analytics:month", "insight.view", "o"),
    Item(
        "evaluations",
        _("Campaigns compared"),
        "analytics:evaluation-list",
        "insight.view",
        "e",
    ),
    Item("decisions", _("Decisions"), "analytics:decision-list", "insight.view", "x"),
    Item("loop", _("The loop"), "analytics:loop", "insight.view"),
    Item("facts", _("Paper case"), "analytics:observation-list", "insight.view"),
    Item("api", _("API"), "api-docs", "insight.view"),
]
AREAS = [
    Item("portal", _("Portal"), "feedback:home", "desk.open", "p"),
    Item("desk", _("Desk"), "analytics:today", "desk.open", "d"),
    Item("insight", _("Insight"), "analytics:month", "insight.view", "n"),
]


class Nav:
    """The menus as ``user`` may see them; computed when a template asks."""

    def __init__(self, user):
        self.user = user

    def open_to(self, item: Item) -> bool:
        if (item.permission or item.signed_in) and not self.user.is_authenticated:
            return False
        return bool(item.url) and (not item.permission or self.user.can(item.permission))

    def portal(self) -> list[Item]:
        return [item for item in PORTAL if self.open_to(item)]

    def insight(self) -> list[Item]:
        return [item for item in INSIGHT if self.open_to(item)]

    def areas(self) -> list[Item]:
        return [item for item in AREAS if self.open_to(item)]

    def desk(self) -> list[tuple[str, list[Item]]]:
        groups = [(label, [item for item in items if self.open_to(item)]) for label, items in DESK]
        return [(label, items) for label, items in groups if items]
