"""What a report could not tell, why, and what would tell it: made from its silences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.loop.conclusions import what_could_be_seen, why_silent
from analytics.loop.figures.shapes import Attained, Results
from analytics.loop.judging.saying import EffectTold, GuardTold
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from analytics.loop.meeting.effect import arms_beside
from analytics.loop.meeting.four import NOT_MEASURED, came_to, segments_compared
from analytics.loop.meeting.verdicts import guarded
from analytics.loop.subjects import SubjectKind
from analytics.loop.words import measure_name
from core.localised import listed, localised


@dataclass(frozen=True)
class Unknown:
    """A question, why it has no answer, and what would give one."""

    asked: str
    why: str
    would_tell: str


def unknowns(results: Results) -> list[Unknown]:
    """Everything that this report is silent about."""
    return [
        *_of_the_effect(results.judgement.effect),
        *_of_the_arms(results),
        *_of_standards(results),
        *_of_guardrails(results.judgement.guards),
        *_of_segments(results),
        *_of_hours(results),
        *_of_channels(results),
        *_of_costs(results),
        *_of_contamination(results.judgement.effect),
    ]


def _of_the_effect(effect: EffectTold) -> Iterator[Unknown]:
    """Whether the campaign worked, where that is not known."""
    asked = _("Whether it worked")
    if effect.verdict.is_silent:
        yield Unknown(asked, why_silent(effect.verdict), would_tell_of(effect.verdict))
    elif effect.provisional:
        why = _("The window is not over.")
        yield Unknown(asked, why, _("The report after its last day."))
    elif effect.verdict == EffectVerdict.OPEN:
        why = what_could_be_seen(effect) or _("The difference cannot be told from chance.")
        yield Unknown(asked, why, _("A larger holdout in the next round, or a second round."))


def would_tell_of(verdict: EffectVerdict) -> str:
    """What would give an effect that is silent for this reason. KeyError for one that is not."""
    return {
        EffectVerdict.NOT_RECORDED: _(
            "Import the missing days: the report is then computed again by itself."
        ),
        EffectVerdict.NO_HOLDOUT: _("A holdout in the next plan."),
        EffectVerdict.NOT_AS_DRAWN: _("Find out why readers were lost of one arm, and draw anew."),
        EffectVerdict.FEW: _("More readers, or a larger holdout, in the next round."),
    }[verdict]


def _of_the_arms(results: Results) -> Iterator[Unknown]:
    """Which arm is the better one, where none stands apart."""
    effect = results.judgement.effect
    if effect.provisional or not arms_beside(effect):
        return
    gaps = [gap for gap in results.judgement.gaps if gap.subject.kind == SubjectKind.ARM]
    if any(gap.found for gap in gaps):
        return
    yield Unknown(
        _("Which arm is better"),
        _("The arms cannot be told apart."),
        _("The same draw in another round, both taken together."),
    )


def _of_standards(results: Results) -> Iterator[Unknown]:
    """Standards of which nobody can say whether they were met."""
    for result in results.standards:
        verdict = came_to(result, results)
        name = measure_name(result.standard.metric)
        if verdict == NOT_MEASURED:
            yield Unknown(
                name, _("Not measured."), _("Its source has to be there from the launch on.")
            )
        elif verdict == Attained.CANNOT_SAY:
            yield Unknown(
                name,
                _("The target lies within what chance allows, or the rows are too few."),
                _("More rows: the interval must be narrower than a quarter of the target."),
            )


def _of_guardrails(guards: Iterable[GuardTold]) -> Iterator[Unknown]:
    """Guardrails of which nobody can say whether they were kept."""
    for guard in guards:
        if guard.kept == GuardKept.CANNOT_SAY:
            yield Unknown(
                guarded(guard),
                _("Not measured, too few to be told, or nothing to compare it with."),
                _("Its source has to be there from the launch on."),
            )


def _of_segments(results: Results) -> Iterator[Unknown]:
    """Addressed segments that were too small to be compared."""
    compared = segments_compared(results.judgement)
    few = [one.name for one in results.segments if str(one.pk) not in compared]
    if few:
        yield Unknown(
            _("Whether these segments differ: %(names)s") % {"names": listed(few)},
            _("Fewer than %(n)s readers on one of the two sides.")
            % {"n": results.rule.judged_from},
            _("A wider rule, or two rounds taken together."),
        )


def _of_hours(results: Results) -> Iterator[Unknown]:
    """Hours that were not drawn: whoever is mailed then may be others."""
    hours = []
    for gap in results.judgement.gaps:
        if gap.subject.kind == SubjectKind.HOUR and not gap.randomised:
            hours.append(f"{gap.subject.key}:00")
    if hours:
        yield Unknown(
            _("Whether another hour is better: %(hours)s") % {"hours": listed(hours)},
            _("No fair comparison: who is mailed when was not drawn."),
            _("Draw a part of the readers to be mailed at another hour."),
        )


def _of_channels(results: Results) -> Iterator[Unknown]:
    """Channels that nothing was measured of."""
    for channel in results.channels:
        if channel.responses is None:
            yield Unknown(
                _("What came of: %(channel)s") % {"channel": localised(channel.name)},
                _("Not measured: it had no tracked link."),
                _("A tracked link for each placement."),
            )


def _of_costs(results: Results) -> Iterator[Unknown]:
    """What it cost, where nothing was booked."""
    if results.costs.total is None:
        yield Unknown(
            _("What it cost"),
            _("No cost was booked."),
            _("Book cash and hours on the channel that used them."),
        )


def _of_contamination(effect: EffectTold) -> Iterator[Unknown]:
    """Who was reached otherwise, as far as nobody counted it."""
    if not effect.arms:
        return
    if not effect.arms[0].touched.is_known:
        yield Unknown(
            _("How many were also mailed by other campaigns"),
            _("Without a named outcome nobody has a window of their own to count in."),
            _("Name the outcome in the next plan."),
        )
    yield Unknown(
        _("How many of those held out heard of it from others"),
        _("No link says who passed it on."),
        _("A question in the survey: how did you hear of it?"),
    )
