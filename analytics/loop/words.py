"""Figures, plans and promises in words of the current language. No queries, no HTML."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from analytics.loop import storage
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Adjustment, Decision, Finding
from analytics.loop.named import of_measure
from analytics.loop.named.parts import PER_PLANNED_COST
from analytics.loop.printing import IN_PERCENT, POINTS, PRINTED, TIMES
from analytics.loop.subjects import Subject, SubjectKind
from campaigns.plan.models import Standard
from core.disclosure import Missing
from core.localised import localised
from core.numbers import interval, number, per_hundred, plain

Kind = Adjustment.Kind
State = Adjustment.State


def value_text(value: float | None, measure: str) -> str:
    """One figure in its unit; None says that nothing can be said.

    ``measure`` decides the unit; one that is not listed in ``PRINTED`` is a bare number.
    """
    if value is None:
        return _("cannot say")
    printed = PRINTED.get(measure, number)
    return printed(value)


def range_text(low: float | None, high: float | None, measure: str) -> str:
    """An interval with the unit once: "3.1–7.8 %", or "1.2 to 3.4 points".

    "cannot say" where either end is missing.
    """
    if None in (low, high):
        return _("cannot say")
    if measure in POINTS:
        printed = POINTS[measure]
        return _("%(low)s to %(high)s points") % {"low": printed(low), "high": printed(high)}
    if measure in TIMES:
        printed = TIMES[measure]
        told = {"low": printed(low), "high": printed(high)}
        return _("%(low)s to %(high)s times per 100 readers") % told

    first = value_text(low, measure)
    second = value_text(high, measure)
    if measure in IN_PERCENT:
        first = first.removesuffix(" %")
    return interval(first, second)


def estimate_text(figure: Figure | Finding, measure: str) -> str | None:
    """A value with its interval, each in its unit: "14.8 % (13.2–16.7 %)"; None where nothing can
    be said.
    """
    if figure.value is None:
        return None
    return _("%(value)s (%(interval)s)") % {
        "value": value_text(figure.value, measure),
        "interval": range_text(figure.low, figure.high, measure),
    }


def figure_text(figure: Figure) -> str:
    """Its value with no more digits than it has: a mean that is told coarsely is a rounded one.

    Why nothing is said where there is no value.
    """
    if figure.missing is not None:
        return str(figure.missing)
    is_coarse = figure.low is None
    if is_coarse and figure.measure == Measure.SATISFACTION:
        return number(figure.value, 1)
    return value_text(figure.value, figure.measure)


def figure_range(figure: Figure) -> str:
    """Its interval with the unit once; "withheld" where the value stands alone, "cannot say" where
    there is none.
    """
    if figure.says and figure.low is None:
        return str(Missing.WITHHELD)
    return range_text(figure.low, figure.high, figure.measure)


def measure_name(measure: str) -> str:
    """What a figure is of, in the current language, for a table's heading or a promise; an unknown
    measure as it is stored.
    """
    named = of_measure(measure)
    if named is not None:
        return str(named.label)
    # A bare share or difference does not say of whom; with a finding its subject does.
    names = {
        Measure.RESPONSE: pgettext("figure", "response"),
        Measure.DIFFERENCE: _("difference in response"),
    }
    return names.get(measure, measure)


def promise_name(adjustment: Adjustment) -> str:
    """What a proposal promises, by the name its report gives the figure: for each ¥100 that was
    booked, or that was planned where nothing was.
    """
    by_cost = adjustment.measure == Measure.PER_COST
    if by_cost and storage.costs_are_planned(adjustment.evaluation):
        return str(PER_PLANNED_COST.label)
    return measure_name(adjustment.measure)


def subject_name(subject: Subject, names: dict[str, str]) -> str:
    """What a figure or a change is about.

    ``names``: of the row the subject names, in both languages; empty for everything else.
    """
    if subject.kind == SubjectKind.GAP:
        inner = subject_name(subject.inner, names)
        return _("%(subject)s, against the others") % {"subject": inner}
    if subject.kind == SubjectKind.HOUR:
        return _("Sent between %(hour)s:00 and %(hour)s:59") % {"hour": subject.key}
    if subject.kind == SubjectKind.STANDARD:
        return measure_name(subject.key)
    without_rows = {
        SubjectKind.LIFT: _("Lift against the holdout"),
        SubjectKind.SEND_HOUR: _("Hour of sending"),
        SubjectKind.CAMPAIGN: _("The campaign's mail"),
        SubjectKind.HOLDOUT: _("Holdout share"),
        SubjectKind.COST_PER_RESPONSE: _("Cost per response"),
    }
    if subject.kind in without_rows:
        return without_rows[subject.kind]
    # A row without a name in either language is told by its stored key.
    return localised(names) or storage.subject_to_text(subject)


def finding_name(finding: Finding) -> str:
    """What a finding is about, in the current language, by the name its row had
    when it was found.
    """
    return subject_name(storage.subject_of(finding), finding.label)


def field_name(adjustment: Adjustment) -> str:
    """The field of the plan an adjustment changes, in the current language: Poster, share of the
    plan.
    """
    name = subject_name(storage.target_of(adjustment), adjustment.label)
    if adjustment.kind == Kind.CHANNEL_SHARE:
        return _("%(channel)s: share of the plan") % {"channel": name}
    if adjustment.kind in {Kind.SEGMENT_ADD, Kind.SEGMENT_DROP}:
        return _("Segment: %(segment)s") % {"segment": name}
    if adjustment.kind == Kind.STANDARD:
        return _("Standard: %(metric)s") % {"metric": name}
    if adjustment.kind == Kind.CONTENT_ARM:
        return _("What the mail says")
    return name


def plan_text(value, adjustment: Adjustment) -> str:
    """A value of the plan's field an adjustment is about: 15 %, 20:00, ≥ 40, in the plan.

    ``value``: a number; of a segment, whether it is addressed; None where there was none.
    """
    if value is None:
        return "–"
    if adjustment.kind in {Kind.CHANNEL_SHARE, Kind.REDUCE, Kind.LEARN}:
        return per_hundred(value, None)
    if adjustment.kind == Kind.CONTENT_ARM:
        return _("arm %(arm)s") % {"arm": value}
    if adjustment.kind == Kind.STOP:
        return _("goes on") if value else _("is stopped")
    if adjustment.kind == Kind.TIMING:
        return f"{plain(value)}:00"
    if adjustment.kind == Kind.STANDARD:
        sign = direction_sign(storage.direction_of(adjustment))
        return f"{sign} {plain(value)}"
    if value:
        return _("in the plan")
    return _("not in the plan")


def goes_with_it(adjustment: Adjustment) -> str:
    """What a proposal does beside what it changes; empty where that is nothing."""
    if adjustment.kind == Kind.STOP:
        return _("Accepted, it holds the mails that still wait, and the line has no next round.")
    if adjustment.kind == Kind.SEGMENT_DROP:
        return _(
            "The share rises because those are left out who respond less. Nobody responds more, and"
            " there are fewer responses in all."
        )
    return ""


def direction_sign(direction: str) -> str:
    """≥ or ≤ before the target; a standard without a direction is one of at least."""
    if direction == Standard.Direction.AT_MOST:
        return str(Standard.Direction.AT_MOST.label)
    return str(Standard.Direction.AT_LEAST.label)


# --- sentences with a link ------------------------------------------------------------------------
@dataclass(frozen=True)
class LinkedSentence:
    """A sentence of which one part, ``link``, leads to ``href``."""

    before: str
    link: str
    after: str
    href: str

    def __str__(self) -> str:
        """The sentence as it is read, without its link."""
        return f"{self.before}{self.link}{self.after}"


def linked(message: str, href: str, values: dict | None = None) -> LinkedSentence:
    """A translated message with its ``values``; what stands in its brackets leads to ``href``:
    "[%(n)s readers used the library], %(change)s."

    ValueError for a message without a pair of brackets.
    """
    # Taken apart before the values come in: a bracket in one of them is none of the message's.
    before, rest = message.split("[", 1)
    link, after = rest.split("]", 1)
    parts = [part % (values or {}) for part in (before, link, after)]
    return LinkedSentence(*parts, href=href)


# --- what became of a proposal --------------------------------------------------------------------
def agreed_name(adjustment: Adjustment) -> str:
    """What ``agreed`` is called: decided where a person chose another value than the proposed
    one.
    """
    if adjustment.state == State.CHANGED:
        return _("Decided")
    return _("Proposed")


def decided_in_words(decision: Decision) -> str:
    """Who decided on which day, why where a reason was given, and who agreed to what goes against
    the recommendation.
    """
    told = {
        "who": decision.by,
        "day": date_format(localtime(decision.at), "DATE_FORMAT"),
        "reason": decision.reason,
    }
    if decision.second is not None:
        told["second"] = decision.second
        return _("%(who)s, %(day)s, with %(second)s's yes: “%(reason)s”") % told
    if decision.reason:
        return _("%(who)s, %(day)s: “%(reason)s”") % told
    return _("%(who)s, %(day)s") % told


#: What somebody wants to decide.
WANTED = {
    Decision.Verdict.ACCEPT: gettext_lazy("%(who)s wants to accept this, %(day)s: “%(reason)s”"),
    Decision.Verdict.CHANGE: gettext_lazy(
        "%(who)s wants this value instead: %(value)s, %(day)s: “%(reason)s”"
    ),
    Decision.Verdict.REFUSE: gettext_lazy("%(who)s wants to refuse this, %(day)s: “%(reason)s”"),
}


def recorded_in_words(decision: Decision | None) -> str:
    """What is said to whoever has just decided; None: a second person has to agree first."""
    if decision is None:
        return _("It goes against what the report recommends and waits for a second person's yes.")
    return _("Your decision is recorded.")


def asked_in_words(adjustment: Adjustment) -> str:
    """What somebody wants to decide against the recommendation, since when, and why.

    ``adjustment`` waits for a second person.
    """
    asked = adjustment.open_second
    told = {
        "who": asked.asked_by,
        "day": date_format(localtime(asked.asked_at), "DATE_FORMAT"),
        "reason": asked.reason,
        "value": plan_text(asked.value, adjustment),
    }
    return str(WANTED[asked.verdict] % told)


def promised_in_words(adjustment: Adjustment) -> str:
    """What a proposal promised, with the interval."""
    promise = storage.promise_of(adjustment)
    told = {"value": figure_text(promise), "range": figure_range(promise)}
    return _("promised %(value)s (%(range)s)") % told


@dataclass(frozen=True)
class Checked:
    """Whether an agreed proposal did what it promised: ``verdict`` in words, ``tone`` the colour of
    its chip, ``observed`` what was seen; both are empty where nothing was.
    """

    verdict: str
    tone: str = ""
    observed: str = ""


def checked_in_words(adjustment: Adjustment) -> Checked:
    """What the next evaluation saw of a proposal; that it is not due before there is one."""
    if adjustment.observed is None:
        if adjustment.observed_in_id:
            return Checked(_("cannot say: not measured again"))
        return Checked(_("not due yet"))

    low, high = adjustment.observed_low, adjustment.observed_high
    observed = _("observed %(value)s (%(range)s; n=%(n)s)") % {
        "value": value_text(adjustment.observed, adjustment.measure),
        "range": range_text(low, high, adjustment.measure),
        "n": adjustment.persons_observed,
    }
    if adjustment.is_against_as_before:
        # Changes accepted together are held to their promise together, on the page of all checks.
        return Checked(_("held against a part that went on as before"), "", observed)
    if adjustment.came_true:
        return Checked(_("as promised or better"), "green", observed)
    return Checked(_("less than promised"), "amber", observed)
