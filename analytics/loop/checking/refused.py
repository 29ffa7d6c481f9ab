"""What was refused, and whether the next campaign of the line showed that it would have helped.

A refused proposal would have helped where the next evaluation of the line finds the same gap again,
beyond chance among all it looks at, and in the same direction; refusing it was right where the gap
is found the other way round. Everything else nobody can tell: a gap that is not found again may be
there, and an arm of the next round is another mail under the same letter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.loop import storage
from analytics.loop.checking.calibration import Hindsight
from analytics.loop.figures.computing import counted_channels
from analytics.loop.figures.shapes import Results
from analytics.loop.judging.channels import channel_gaps
from analytics.loop.judging.saying import GapTold, JudgementTold
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.subjects import Subject, SubjectKind

Kind = Adjustment.Kind
#: What promises nothing that could be seen again: a target, and that something will be seen.
NEVER_SEEN = frozenset({Kind.STANDARD, Kind.LEARN})
#: What the effect of the next campaign says of proposals that follow from the effect itself.
BY_VERDICT: dict[str, dict[EffectVerdict, Hindsight]] = {
    Kind.STOP: {EffectVerdict.HARMFUL: Hindsight.HELPED, EffectVerdict.GOOD: Hindsight.RIGHT},
    Kind.REDUCE: {EffectVerdict.NIL: Hindsight.HELPED, EffectVerdict.GOOD: Hindsight.RIGHT},
}


@dataclass(frozen=True)
class RefusedProposal:
    """A refused proposal with what the evaluation ``seen_in`` says of it.

    ``seen_in`` is None before the next campaign is evaluated. ``randomised``: readers were drawn
    into what was compared.
    """

    adjustment: Adjustment
    hindsight: Hindsight = Hindsight.UNKNOWN
    seen_in: Evaluation | None = None
    randomised: bool = False


def refusals(refused: Iterable[Adjustment]) -> list[RefusedProposal]:
    """Each refused proposal in hindsight, in the order of ``refused``; two statements beside it."""
    rows = [one for one in refused if one.kind not in NEVER_SEEN]
    following = next_evaluations({one.evaluation.campaign_id for one in rows})
    return [seen_again(one, following.get(one.evaluation.campaign_id)) for one in rows]


def next_evaluations(campaigns: set[int]) -> dict[int, Evaluation]:
    """{campaign: the last evaluation of the one after it}, with what it found. Two statements. A
    campaign without a next one, or whose next one has no evaluation, is not in it.
    """
    # Inputs are large and only needed to compute anew; what is asked for stands in the results.
    rows = Evaluation.objects.filter(campaign__previous__in=campaigns).defer("inputs")
    last = rows.order_by("campaign_id", "-number").distinct("campaign_id")
    last = last.select_related("campaign").prefetch_related("findings")
    return {row.campaign.previous_id: row for row in last}


def seen_again(adjustment: Adjustment, evaluation: Evaluation | None) -> RefusedProposal:
    """What ``evaluation`` says of a proposal that was refused before it; nothing where the next
    campaign has none yet.
    """
    if evaluation is None:
        return RefusedProposal(adjustment)
    results = storage.results_from_json(evaluation.results)
    judgement = results.judgement
    # Before 0.4 gaps were not looked at together; before the end nothing is concluded.
    if judgement is None or judgement.effect.provisional:
        return RefusedProposal(adjustment, seen_in=evaluation)
    if adjustment.kind in BY_VERDICT:
        said = BY_VERDICT[adjustment.kind]
        hindsight = said.get(judgement.effect.verdict, Hindsight.UNKNOWN)
        return RefusedProposal(adjustment, hindsight, evaluation, randomised=True)
    return _by_gap(adjustment, evaluation, results)


def _by_gap(adjustment: Adjustment, evaluation: Evaluation, results: Results) -> RefusedProposal:
    """What ``evaluation`` says of a proposal that follows from a gap, by the same gap there."""
    gap = _found_again(adjustment, results.judgement)
    if gap is None:
        return RefusedProposal(adjustment, seen_in=evaluation)
    # The gap by itself is no verdict: a segment that answers less speaks for leaving it out.
    towards = _difference(gap, evaluation, results) * _wanted(adjustment)
    return RefusedProposal(adjustment, _by_direction(towards), evaluation, gap.randomised)


def _by_direction(towards: float) -> Hindsight:
    """``towards``: above zero where the gap again speaks for what was refused."""
    if towards > 0:
        return Hindsight.HELPED
    if towards < 0:
        return Hindsight.RIGHT
    return Hindsight.UNKNOWN


def _found_again(adjustment: Adjustment, judgement: JudgementTold) -> GapTold | None:
    """The gap that the proposal would have acted on, where it lies beyond chance again. None where
    it was not found, which proves nothing: it may be there all the same. Of an arm there is none:
    the letters of the next round stand for other mails.
    """
    if adjustment.kind == Kind.CONTENT_ARM:
        return None
    about = storage.target_of(adjustment)
    if about.kind == SubjectKind.SEND_HOUR:
        # The proposal is about the hour of the plan; the gap was that of the hour it would have
        # moved to.
        about = Subject.hour(int(adjustment.after))
    for gap in judgement.gaps:
        if gap.subject == about and gap.found:
            return gap
    return None


def _difference(gap: GapTold, evaluation: Evaluation, results: Results) -> float:
    """The gap's value as far as its report tells it; 0 where it tells none."""
    if gap.subject.kind == SubjectKind.CHANNEL:
        return _channel_differences(results).get(gap.subject, 0.0)
    name = storage.subject_to_text(Subject.gap(gap.subject))
    for finding in evaluation.findings.all():
        if finding.subject == name:
            return finding.value or 0.0
    return 0.0


def _channel_differences(results: Results) -> Mapping[Subject, float]:
    """{channel: responses per effort minus those of the others of its unit}."""
    # Reports print what each channel brought and not how far it lies from the others, so that the
    # gap is made of the counts again.
    gaps = channel_gaps(counted_channels(results), results.rule)
    return {gap.subject: gap.contrast.estimate.value or 0.0 for gap in gaps}


def _wanted(adjustment: Adjustment) -> int:
    """The direction of the gap that speaks for the proposal: 1 for more, −1 for less."""
    if adjustment.kind == Kind.SEGMENT_DROP:
        return -1
    if adjustment.kind == Kind.CHANNEL_SHARE and adjustment.after < adjustment.before:
        return -1
    return 1
