"""The impact assessment: what is done with what is known of people, what could happen, and what
stands against it. The library completes it with what only it knows (docs/privacy.md).
"""

from django.utils.translation import gettext as _


def need_heads() -> list[str]:
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


def to_complete() -> list[str]:
    """What the library has to write down itself."""
    return [
        _("who the data officer is"),
        _("how long backups are kept"),
        _("who has access to the machine and to the keys"),
        _("which notice was agreed with whom"),
        _("when this is looked through again: in a year at the latest"),
    ]
