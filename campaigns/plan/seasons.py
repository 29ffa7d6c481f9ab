"""The two seasons of the library's year, as data.

Each has its own readers, theme, tone, sentiment and channels.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Reader
from crm.segments.rule import MIN_YEAR


@dataclass(frozen=True)
class Season:
    """``segment`` names its readers, whom ``rule_of`` selects; ``shares`` are % by channel code."""

    key: str
    label: str | Promise
    theme: str | Promise
    tone: str | Promise
    sentiment: str | Promise
    purpose: str | Promise
    segment: str | Promise
    send_hour: int
    shares: dict[str, int]


Kind = Reader.Kind
WELCOME, FAREWELL = "welcome", "farewell"
#: Years from entry to graduation.
YEARS_OF_STUDY = {Kind.UNDERGRADUATE: 4, Kind.MASTER: 3}
SEASONS = {
    season.key: season
    for season in (
        Season(
            key=WELCOME,
            label=_("Welcome season"),
            theme=_("A first way through the library"),
            tone=_("lively and light"),
            sentiment=_("curiosity"),
            purpose=_(
                "New students come into the library within their first three weeks, "
                "and want to come again."
            ),
            segment=_("Freshmen of %(year)d"),
            send_hour=18,
            shares={"wechat": 40, "video": 20, "email": 15, "stall": 25},
        ),
        Season(
            key=FAREWELL,
            label=_("Graduation season"),
            theme=_("What the library kept for you"),
            tone=_("quiet and warm"),
            sentiment=_("gratitude and memory"),
            purpose=_("Graduates look back on their years with the library, and stay its friends."),
            segment=_("Graduates of %(year)d"),
            send_hour=10,
            shares={"email": 45, "website": 20, "poster": 15, "board": 20},
        ),
    )
}


def segment_name(key: str, year: int) -> str:
    """What the segment of a season's readers in ``year`` is called, in the current language;
    KeyError for an unknown season.
    """
    return str(SEASONS[key].segment) % {"year": year}


def rule_of(key: str, year: int) -> dict:
    """The segment rule of a season's readers in ``year``.

    Whose studies begin, or end, by the recorded day; where none is recorded by the year of entry.
    Nobody is in both: a bachelor who stays for a master's is welcomed.
    """
    entering = _in_year("enters", year, [_entered(year, *YEARS_OF_STUDY, Kind.DOCTORAL)])
    if key == WELCOME:
        return entering

    # Doctoral students leave when they are ready, so no year of entry tells who graduates.
    expected = [_entered(year - years, kind) for kind, years in YEARS_OF_STUDY.items()]
    graduating = _in_year("graduates", year, expected)
    return {"op": "and", "of": [graduating, _not(entering)]}


def _in_year(test: str, year: int, expected: list[dict]) -> dict:
    """Whose recorded day is in ``year``, and of those without one whom ``expected`` means."""
    undated = _not({"test": test, "from": MIN_YEAR})
    by_entry = [{"op": "and", "of": [rule, undated]} for rule in expected]
    return {"op": "or", "of": [{"test": test, "from": year, "to": year}, *by_entry]}


def _not(rule: dict) -> dict:
    """The readers whom ``rule`` does not mean."""
    return {"op": "not", "of": [rule]}


# The rule stands in the segment as JSON and may be edited there like any other.
def _entered(year: int, *kinds: Reader.Kind) -> dict:
    """Readers of these kinds whose year of entry is ``year``."""
    of_kind = {"test": "kind", "in": [kind.value for kind in kinds]}
    in_year = {"test": "cohort", "from": year, "to": year}
    return {"op": "and", "of": [of_kind, in_year]}
