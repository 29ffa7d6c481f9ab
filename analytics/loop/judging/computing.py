"""From frozen inputs to what is concluded. Pure."""

from collections.abc import Iterable

from analytics.loop.inputs.shapes import Inputs
from analytics.loop.judging.before import changed_in
from analytics.loop.judging.channels import channel_gaps
from analytics.loop.judging.effects import effect_of
from analytics.loop.judging.gaps import compared_together, counted, found_together, gaps_of
from analytics.loop.judging.guardrails import guards_of
from analytics.loop.judging.saying import CountedChannel
from analytics.loop.judging.secondary import secondary_effects
from analytics.loop.judging.shapes import CampaignEffect, Judgement, Shares
from analytics.loop.rules import Rule


def effect_in(inputs: Inputs, rule: Rule) -> CampaignEffect:
    """The effect of the campaign, by the rule of the version of ``inputs``."""
    return effect_of(inputs.promised, inputs.drawn, rule, recorded=inputs.outcomes_recorded)


def judge(
    inputs: Inputs, effect: CampaignEffect, channels: Iterable[CountedChannel], rule: Rule
) -> Judgement:
    """What may be concluded beside the effect.

    ``channels``: what each obtained, as far as it may be told.
    """
    # Channels by what may be told of them: a gap computed from more than is told could not be
    # traced by whoever reads the report.
    gaps = gaps_of(inputs, channel_gaps(channels, rule), rule, effect.verdict)
    secondary = secondary_effects(inputs.promised, inputs.drawn, effect, rule)
    compared = [*gaps, *secondary]
    # Asked once, at the end: whoever looks every day sees something sooner or later.
    if not effect.provisional:
        compared = found_together(compared)
    changed = None
    if effect.verdict.lets_arms_be_compared:
        changed = changed_in(inputs, rule)
    return Judgement(
        effect=effect,
        gaps=tuple(compared[: len(gaps)]),
        compared=compared_together(compared),
        changed=changed,
        guards=guards_of(inputs.promised.guardrails, inputs.drawn.guarded, rule),
        secondary=tuple(compared[len(gaps) :]),
    )


def shares_of(inputs: Inputs) -> Shares:
    """How readers who were sent to responded, by segment: of addressed ones and of those nobody
    chose.
    """
    answered = inputs.drawn.answered
    segments = {}
    for pk in inputs.segments:
        segments[pk] = counted(cell for cell in answered if pk in cell.segments)
    for segment in inputs.unchosen_segments:
        segments[segment.pk] = (segment.responded, segment.sent)
    # A segment that nobody of was sent to has no share, which is not a share of zero.
    told = {pk: count for pk, count in segments.items() if count[1]}
    return Shares(counted(answered), told)
