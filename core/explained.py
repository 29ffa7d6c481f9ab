"""Terms of statistics, each explained where it stands: ``{% term "lift" %}`` (huixiang tags).

One place for all pages, so that a term says the same wherever it is met. A page explains each at
its first mention. docs/glossary.md has the words of the field; here stand those that a page prints
and a librarian may not know.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Explained:
    """``name``: what it is called where the page has no name of its own; ``says``: a sentence or
    two, which stand alone.
    """

    name: Any
    says: Any


TERMS = {
    "n": Explained("n", _("n is how many readers, or how many answers, a figure rests on.")),
    "interval": Explained(
        pgettext_lazy("statistics", "interval"),
        _(
            "The range in which the true figure probably lies: of a hundred ranges made like this "
            "about ninety-five hold it. The fewer readers a figure rests on, the wider the range."
        ),
    ),
    "holdout": Explained(
        _("Held out"),
        _(
            "Readers drawn at random who are sent nothing. What they do anyway is set against what "
            "the others do: only so can the campaign be told from chance."
        ),
    ),
    "lift": Explained(
        _("Lift against the holdout"),
        _(
            "Of the readers drawn to be addressed, the share who did afterwards what the plan "
            "named (a visit, loan, event or contribution where it named nothing), minus the same "
            "share of those held out. In percentage points."
        ),
    ),
    "response_rate": Explained(
        pgettext_lazy("of a campaign", "Response"),
        _(
            "Of the readers reached, the share who followed a link, answered a survey or sent in a "
            "work. It does not say what the campaign caused: the lift does."
        ),
    ),
    "nps": Explained(
        _("Net promoter score"),
        _(
            "The share who would recommend the library (9 or 10 of 10), minus the share who would "
            "not (0 to 6). It lies between −100 and 100."
        ),
    ),
    "construct": Explained(
        _("Construct"),
        _("What several questions measure together, such as trust."),
    ),
    "alpha": Explained(
        _("Cronbach's α"),
        _(
            "How well the questions of one construct agree with each other. From about 0.7 on they "
            "can be read as one figure."
        ),
    ),
}
