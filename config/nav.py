"""The menus of the three areas.

An item whose page is not installed, or that the person may not open, is left out.
"""

from dataclasses import dataclass
from operator import attrgetter

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core.access import may


@dataclass(frozen=True)
class MenuItem:
    """One menu entry.

    ``key`` is what a template's ``nav`` block says, ``go`` the letter typed after g. Without a
    ``permission`` it is open to everybody, or to everybody ``signed_in``.
    """

    key: str
    label: str
    url_name: str
    permission: str = ""
    go: str = ""
    signed_in: bool = False
    #: What it is called where a phone has no room for the whole label.
    brief: str = ""

    @property
    def url(self) -> str:
        """Address of the page, or an empty string where no such page is installed.

        A path, by ``url_name``; looked up anew each time it is asked for.
        """
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


PORTAL = [
    MenuItem("home", _("Home"), "feedback:home", go="h"),
    MenuItem("calls", _("Calls"), "feedback:call-list"),
    MenuItem("works", _("Works"), "feedback:work-list"),
    MenuItem("voice", _("Say something"), "feedback:voice-create", go="w", brief=_("Say it")),
    MenuItem("surveys", _("Surveys"), "feedback:survey-open-list"),
    MenuItem("me", _("Me"), "crm:me", signed_in=True),
]
DESK = [
    ("", [MenuItem("today", _("Today"), "analytics:today", "desk.open", "t")]),
    (
        _("Readers"),
        [
            MenuItem("readers", _("Readers"), "crm:reader-list", "readers.view", "r"),
            MenuItem("segments", _("Segments"), "crm:segment-list", "segments.view", "s"),
            MenuItem("subscribers", _("Subscribers"), "crm:subscriber-page", "readers.view"),
            MenuItem("map", _("Recency and frequency"), "crm:score-map", "segments.view"),
            MenuItem("imports", _("Imports"), "crm:import-list", "readers.import", "i"),
            MenuItem("coverage", _("What is recorded"), "crm:coverage", "insight.view"),
            MenuItem("usage", _("E-resources"), "crm:usage", "insight.view"),
            MenuItem("twins", _("Perhaps one person"), "crm:twin-list", "readers.edit"),
            MenuItem("corrections", _("Corrections"), "crm:correction-list", "readers.edit"),
        ],
    ),
    (
        _("Campaigns"),
        [
            MenuItem(
                "campaigns",
                _("Campaigns"),
                "campaigns:campaign-list",
                "campaigns.view",
                "c",
            ),
            MenuItem("links", _("Links"), "campaigns:link-list", "campaigns.view", "l"),
            MenuItem(
                "arrival", _("How mail arrives"), "campaigns:deliverability", "campaigns.view"
            ),
        ],
    ),
    (
        _("Listening"),
        [
            MenuItem("voices", _("Voices"), "feedback:voice-list", "voices.view", "v"),
            MenuItem("surveys", _("Surveys"), "feedback:survey-list", "surveys.view", "u"),
        ],
    ),
    (
        _("Making together"),
        [
            MenuItem(
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
            MenuItem("letters", _("Single letters"), "crm:letter-list", "letters.view"),
            MenuItem("jobs", _("Jobs"), "crm:job-list", "jobs.view", "j"),
            MenuItem("mailbox", _("Demo mailbox"), "demo:mailbox", "mailbox.view", "m"),
            MenuItem("audit", _("Audit"), "crm:audit-list", "audit.view", "a"),
            MenuItem("library", _("Library"), "crm:library-settings", "settings.edit"),
            MenuItem("registers", _("Registers"), "crm:register-start", "settings.edit"),
            MenuItem(
                "privacy", _("Register of processing"), "crm:privacy-register", "privacy.keep"
            ),
            MenuItem("users", _("Users"), "crm:user-list", "users.edit"),
        ],
    ),
]
INSIGHT = [
    MenuItem("month", _("Newest full month"), "analytics:month", "insight.view", "o"),
    MenuItem(
        "compared",
        _("Campaigns compared"),
        "analytics:campaign-comparison",
        "insight.view",
        "e",
    ),
    MenuItem("decisions", _("Decisions"), "analytics:decision-list", "insight.view", "x"),
    MenuItem("calibration", _("Does it hold?"), "analytics:calibration", "insight.view"),
    MenuItem("published", _("Published figures"), "analytics:published", "insight.view"),
    MenuItem("loop", _("The loop"), "analytics:loop", "insight.view"),
    MenuItem("facts", _("Paper case"), "analytics:observation-list", "insight.view"),
    MenuItem("api", _("API"), "api-docs", "insight.view"),
]
AREAS = [
    MenuItem("portal", _("Portal"), "feedback:home", "desk.open", "p"),
    MenuItem("desk", _("Desk"), "analytics:today", "desk.open", "d"),
    MenuItem("insight", _("Insight"), "analytics:month", "insight.view", "n"),
]


class Nav:
    """The menus as ``user`` may see them; computed when a template asks."""

    def __init__(self, user):
        self.user = user

    def open_to(self, item: MenuItem) -> bool:
        """True when the page is installed and the person may open it.

        An entry with neither a permission nor ``signed_in`` is open to visitors.
        """
        if not item.url:
            return False
        if item.permission:
            return may(self.user, item.permission)
        if item.signed_in:
            return self.user.is_authenticated
        return True

    def open_items(self, items: list[MenuItem]) -> list[MenuItem]:
        """Those entries that this person may follow, in the order given."""
        return list(filter(self.open_to, items))

    def portal(self) -> list[MenuItem]:
        """Entries of the readers' portal that this visitor may open."""
        return self.open_items(PORTAL)

    def insight(self) -> list[MenuItem]:
        """Entries of insight that this visitor may open."""
        return self.open_items(INSIGHT)

    def areas(self) -> list[MenuItem]:
        """The areas in which this visitor may open at least one page."""
        return self.open_items(AREAS)

    def desk(self) -> list[tuple[str, list[MenuItem]]]:
        """(heading, entries) of every group that has an entry for this person.

        In the order of ``DESK``; empty for readers.
        """
        groups = []
        for label, items in DESK:
            found = self.open_items(items)
            if found:
                groups.append((label, found))
        return groups


#: Pages of a person's own below that of the menu, and others that no menu names.
BESIDE = [
    MenuItem("own-voices", _("What I said"), "feedback:voice-mine"),
    MenuItem("own-works", _("My works"), "feedback:work-mine"),
]


def title_of(path: str) -> str:
    """What the menus call the page at ``path``, or the one above it: "Voices" for one voice.

    Empty where no menu leads there. ``path`` without a query; in the present language. The longest
    path that it begins with counts.
    """
    items = [*PORTAL, *INSIGHT, *BESIDE]
    for _heading, group in DESK:
        items += group

    # The front pages of the areas are above everything and say nothing of it.
    too_wide = {"", *map(attrgetter("url"), AREAS)}
    above = [item for item in items if item.url not in too_wide and path.startswith(item.url)]
    if not above:
        return ""
    return str(max(above, key=lambda item: len(item.url)).label)
