"""Whom a season's template would find, said before a campaign is begun with it."""

from dataclasses import dataclass

from django.utils.functional import Promise

from campaigns.plan.seasons import SEASONS, Season, rule_of, segment_name
from campaigns.plan.words import persons_in_words
from core.disclosure import Count
from crm.readers.scopes import Sizes
from crm.segments.models import Segment
from crm.segments.refresh import TooSlow, count_for
from crm.segments.rule import RuleError
from crm.staff.models import User


@dataclass(frozen=True)
class ExpectedAudience:
    """A season, the name its segment has in one year, and the readers that would be in it.

    ``trouble`` says why they could not be counted, and is empty where they were.
    """

    season: Season
    segment: str
    sizes: Sizes
    trouble: str | Promise = ""

    @property
    def told(self) -> str:
        """How many readers, in words."""
        return persons_in_words(self.sizes.own)

    @property
    def is_nobody(self) -> bool:
        """Whether it is known that the campaign would address nobody; False where it could not be
        counted, and for who is not told of all campuses.
        """
        if not self.sizes.own.is_known or not self.sizes.own.is_zero:
            return False
        # Staff of one campus do not know whom it finds at the others.
        return self.sizes.elsewhere is None


def expected_audiences(year: int, viewer: User) -> list[ExpectedAudience]:
    """Of every season, whom its template would find in ``year``, as ``viewer`` may be told."""
    return [expected_audience(key, year, viewer) for key in SEASONS]


def expected_audience(key: str, year: int, viewer: User) -> ExpectedAudience:
    """Whom the season's template would find in ``year``; counted now. Where counting fails the size
    is not measured, and ``trouble`` says why.

    A segment of this name that exists is taken as it is, with its own rule.
    """
    name = segment_name(key, year)
    existing = Segment.objects.filter(name=name).first()
    rule = existing.rule if existing else rule_of(key, year)
    try:
        sizes = count_for(viewer, rule).told()
    except (RuleError, TooSlow) as trouble:
        return ExpectedAudience(SEASONS[key], name, Sizes(Count.of(None)), str(trouble))
    return ExpectedAudience(SEASONS[key], name, sizes)
