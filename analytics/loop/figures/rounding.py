"""To what the numbers of readers in a report are rounded, by the rule of its own version. Pure."""

from collections.abc import Sequence

from analytics.loop.figures import beside, beside_at_first
from analytics.loop.figures.people import People
from analytics.loop.figures.shares import SentCell
from analytics.loop.inputs.shapes import Inputs, UnchosenSegment
from analytics.loop.rules import Rule


def width_of(inputs: Inputs, sent: Sequence[SentCell], people: People, rule: Rule) -> int:
    """To what numbers of readers are rounded by ``rule``; 0 where they may be exact.

    ``sent``: the cells of what was sent. Each version keeps its own way of looking at other pages.
    """
    if not rule.beside_other_pages:
        return 0
    if rule.as_pages_count:
        return beside.width_of(inputs, sent, people)
    return beside_at_first.width_of(inputs, sent)


def width_of_unchosen(segment: UnchosenSegment, rule: Rule) -> int:
    """The same of a segment nobody chose; 0 where its numbers may be exact."""
    if not rule.beside_other_pages:
        return 0
    if rule.as_pages_count:
        return beside.width_of_unchosen(segment)
    return beside_at_first.width_of_unchosen(segment)
