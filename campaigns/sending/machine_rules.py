"""The rules by which a click is taken for a machine's, as they are published.

Numbers stand here once: the statements ask with them and the public page prints them. Whoever
changes one raises ``VERSION``, dates it in ``VERSIONS``, and says in docs/machine-clicks.md what
changed: each click keeps the version that judged it.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.links.models import LeftOut

#: The rules in force, of which each click keeps the version; below, the date of each.
VERSION = 3
VERSIONS = {1: date(2026, 11, 27), 2: date(2026, 11, 27), 3: date(2026, 11, 27)}

#: A mail is opened, read and followed in more seconds than these.
AFTER_SENDING = 10
#: Mail servers open links before they take a mail: so many seconds before it counts as sent.
BEFORE_SENDING = 60
#: (different links of one mail, seconds): the fastest that a person may be. It must be more than
#: half of the mail's links, and of fewer than ``WHOLE_BELOW`` links all.
PACES = ((2, 0.5), (3, 1), (4, 2))
WHOLE_BELOW = 3
#: As fast as these a person may be, who opens links in tabs, and not in a mail that was opened for
#: the first time within so many seconds of its sending.
EARLY_PACES, EARLY = ((2, 1), (3, 2), (4, 5)), 120
#: Seconds between asking for the address alone and following it.
ASKED_FIRST = 10
#: Seconds between a link and the page for leaving.
WAY_OUT = 3
#: So many mails that one visitor opened as a machine, within so many seconds before and after,
#: and at least as many as it opened otherwise.
CROWD, CROWD_SECONDS = 5, 60
#: So many mails, one after the other as they were sent, each so many seconds after the one before.
SERIES, SERIES_STEP = 20, 2
#: So many mails of one content within so many seconds, in any order, and no less than this part of
#: all that were written down between the first and the last of them.
SWARM, SWARM_SECONDS, SWARM_PART = 20, 60, 4
#: A filter opens mails soon after they were sent. More seconds after that a class may follow a link
#: together, when the teacher says so: then only so few seconds tell of a machine.
SWARM_SOON, SWARM_LATE_SECONDS = 1800, 2


@dataclass(frozen=True)
class RuleInWords:
    """One rule: its code, what it is called, when it holds, and why persons are not meant."""

    code: str
    name: str
    when: str
    why: str


def in_words() -> list[RuleInWords]:
    """All rules in the order in which they are asked: the first that holds is kept."""
    found = []
    for code, when, why in _said():
        found.append(RuleInWords(code.value, capfirst(code.label), when, why))
    return found


def _said() -> list[tuple[LeftOut, str, str]]:
    """Each rule with what it finds, and why no person is meant; in the order of the page."""
    return [*_said_of_requests(), *_said_of_mails(), *_said_of_visitors()]


def _said_of_requests() -> list[tuple[LeftOut, str, str]]:
    """What a single request says of itself, and when it comes."""
    return [
        (
            LeftOut.ROBOT,
            _("The program gives a name of its own that is no browser's."),
            _("Browsers of computers, telephones and their apps have none of these names."),
        ),
        (
            LeftOut.PREVIEW,
            _("The request says that it fetches a preview, or a part of another page."),
            _("A browser that opens a page says that it does."),
        ),
        (
            LeftOut.SENDING,
            _("Until %(after)d seconds after the mail was sent, or up to %(before)d before.")
            % {"after": AFTER_SENDING, "before": BEFORE_SENDING},
            _("A mail must arrive, be seen and be opened first."),
        ),
    ]


def _said_of_mails() -> list[tuple[LeftOut, str, str]]:
    """What is asked for of one mail."""
    return [
        (
            LeftOut.ALL_LINKS,
            _(
                "More than half of a mail's links: %(three)d within %(three_s)d s, or %(four)d"
                " within %(four_s)d s; of a mail with two links, both within %(two_s)s s. Where"
                " somebody followed one of them up to %(early)d seconds after the mail was sent:"
                " %(three)d within %(three_early)d s, %(four)d within %(four_early)d s, or both of"
                " two within %(two_early)d s."
            )
            % _paces_said(),
            _(
                "Who opens links in tabs, one after the other, or reads on and opens all of them,"
                " is not meant."
            ),
        ),
        (
            LeftOut.ASKED,
            _("The same link was asked for without its page up to %(n)d seconds before.")
            % {"n": ASKED_FIRST},
            _("Browsers do not ask before they open a page."),
        ),
        (
            LeftOut.WAY_OUT,
            _("Within %(n)d seconds before or after the mail's page for leaving was opened.")
            % {"n": WAY_OUT},
            _("Who leaves is heard in any case: only opening the page is meant."),
        ),
    ]


def _paces_said() -> dict[str, int | str]:
    """The numbers of both paces by the names that their sentence has for them: links, seconds."""
    pair, three, four = PACES
    pair_early, three_early, four_early = EARLY_PACES
    return {
        "two_s": number_format(pair[1], 1),
        "three": three[0],
        "three_s": three[1],
        "four": four[0],
        "four_s": four[1],
        "early": EARLY,
        "two_early": pair_early[1],
        "three_early": three_early[1],
        "four_early": four_early[1],
    }


def _said_of_visitors() -> list[tuple[LeftOut, str, str]]:
    """What one visitor does with many mails, or again."""
    return [
        (
            LeftOut.CROWD,
            _(
                "The same visitor opened at least %(n)d mails as a machine within %(s)d seconds,"
                " and no more as a person."
            )
            % {"n": CROWD, "s": CROWD_SECONDS},
            _(
                "A visitor is one browser in one network. A whole campus behind one address is many"
                " visitors, and its people are no machines by the other rules."
            ),
        ),
        (
            LeftOut.SERIES,
            _(
                "The same visitor opened at least %(n)d mails one after the other, in the order in"
                " which they were sent, each at most %(s)d seconds after the one before."
            )
            % {"n": SERIES, "s": SERIES_STEP},
            _("However many people come at once, they do not come in the order of a list."),
        ),
        (
            LeftOut.SWARM,
            _(
                "The same visitor opened at least %(n)d mails within %(s)d seconds, in any order,"
                " up to %(soon)d minutes after they were sent, or later within %(late)d seconds;"
                " and at least one in %(part)d of all that lie between the first and the last of"
                " them."
            )
            % {
                "n": SWARM,
                "s": SWARM_SECONDS,
                "soon": SWARM_SOON // 60,
                "late": SWARM_LATE_SECONDS,
                "part": SWARM_PART,
            },
            _(
                "Of people only a few open their mail in the same minute soon after it came. A"
                " class that follows a link together later takes longer."
            ),
        ),
        (
            LeftOut.AGAIN,
            _("The same reader, or the same visitor of a poster's link, on the same day."),
            _("It is no machine: the first click of the day is counted."),
        ),
    ]
