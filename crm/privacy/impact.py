"""The impact assessment: what is done with what is known of people, what could happen, and what
stands against it. What the portal knows of itself stands here and is the draft of the first version
that the library writes; the library adds what only it knows (docs/privacy.md).
"""

from datetime import timedelta
from itertools import starmap

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.columns import values_of
from crm.privacy.models import Assessment

TEXTS = ("what", "why", "risks", "measures")


def need_heads() -> list[str]:
    """What stands over the columns of the table of needs.

    Three, in the present language.
    """
    return [_("What is done"), _("Why"), _("Could less do?")]


def needs() -> list[list[str]]:
    """A row for each thing that is done with what is known of people."""
    return [
        [
            _("Who readers are, from files"),
            _("To serve them, and to count by campus and kind."),
            _("Titles, call numbers and search terms never come in."),
        ],
        [
            _("What they did"),
            _("To know which services help whom."),
            _("Kind and time only. A reader can switch it off; what was recorded goes."),
        ],
        [
            _("Letters, and whether a link was followed"),
            _("To write to those whom it concerns, and to stop what does not help."),
            _("Only over channels and for purposes that were allowed. No opening is recorded."),
        ],
        [
            _("Surveys"),
            _("To learn what readers think."),
            _("Anonymous answers lead to nobody."),
        ],
        [
            _("Voices and works"),
            _("To answer and to publish."),
            _("The text stays as long as its author stays."),
        ],
    ]


def risk_heads() -> list[str]:
    """The columns of the table of risks."""
    return [
        _("What could happen to readers"),
        _("How likely, how bad"),
        _("What stands against it"),
    ]


def risks() -> list[list[str]]:
    """A row for each thing that could happen to people."""
    return [
        [
            _("Staff look at people without need"),
            _("likely, moderate"),
            _("A reason is asked, every look is told to the person, so many persons a day."),
        ],
        [
            _("A list of all readers leaves with one account"),
            _("possible, severe"),
            _("Rights by role and campus, a daily limit, a second factor, a record of every file."),
        ],
        [
            _("Letters that nobody wanted"),
            _("likely, small"),
            _("Consent by purpose, one click out, a suppression list that every door asks."),
        ],
        [
            _("An anonymous answer is tied to somebody"),
            _("unlikely, severe"),
            _("Mixed batches; numbers of fewer than five persons are not shown."),
        ],
        [
            _("Somebody who left is found again in a backup"),
            _("possible, moderate"),
            _("A list of the erased outlives a backup: restored, they are erased again at once."),
        ],
        [
            _("A child agrees alone"),
            _("possible, moderate"),
            _("Asked at sign-up; under fourteen a guardian agrees at the desk."),
        ],
        [
            _("A wrong entry follows somebody"),
            _("likely, small"),
            _("Corrections on the person's own page, decided and answered."),
        ],
        [
            _("Whoever controls the running server watches"),
            _("unlikely, severe"),
            _("Not prevented by this program: access to the machine is the library's to limit."),
        ],
    ]


def in_words(assessment: Assessment) -> list[tuple[str, str]]:
    """[(heading, text)] of one version."""
    found = []
    for name in TEXTS:
        head = Assessment._meta.get_field(name).verbose_name
        found.append((capfirst(str(head)), getattr(assessment, name)))
    return found


def looked_through(assessment: Assessment) -> str:
    """Which version it is, when it was looked through, and who answers for it."""
    said = _("Version %(n)s, looked through on %(day)s. %(who)s answers for it.")
    return said % {
        "n": assessment.number,
        "day": date_format(assessment.assessed_on, "DATE_FORMAT"),
        "who": assessment.officer,
    }


def draft(current: Assessment | None) -> dict:
    """What the form of the next version begins with: the last one, or what the portal says."""
    today = timezone.localdate()
    days = {"assessed_on": today, "next_on": today + timedelta(days=365)}
    if current is None:
        return {"after": 0, **first_texts(), **days}
    texts = values_of(current, TEXTS)
    return {"after": current.number, "officer": current.officer, **texts, **days}


def first_texts() -> dict[str, str]:
    """The tables of this page as texts, a line for each of their rows.

    {field of the form: text}, in the present language: the draft of the first version.
    """
    return {
        "what": lines(row[0] for row in needs()),
        "why": lines(starmap(said, needs())),
        "risks": lines(
            _("%(risk)s: %(weight)s.") % {"risk": r[0], "weight": r[1]} for r in risks()
        ),
        "measures": lines(row[2] for row in risks()),
    }


def said(what: str, why: str, less: str) -> str:
    """The three as one paragraph.

    One sentence of the catalogue, in the present language.
    """
    return _("%(what)s: %(why)s %(less)s") % {"what": what, "why": why, "less": less}


def lines(texts) -> str:
    """The texts below each other.

    Each on a line of its own; "" for none.
    """
    return "\n".join(texts)
