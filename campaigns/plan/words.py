"""What the gates found, said to people: a label, a sentence, a few words for a chip.

Every function of a section takes one kind of ``GateCheck`` and says what it found;
``check_in_words`` picks the right one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from campaigns.plan import gates
from campaigns.plan.checks import AtLeastOne
from campaigns.plan.gates import GateCheck
from campaigns.plan.models import Channel, Element, Goal, Need, Standard, Task
from campaigns.plan.promise_words import arms_written, outcome_named
from campaigns.plan.saying import Sentence, listed
from core.disclosure import Count
from core.numbers import money
from crm.segments.models import Segment

#: So many are named before the rest becomes a number.
MOST_NAMED = 3
#: Why a standard does not take a target.
NOT_BELOW_ZERO = gettext_lazy("Only a net promoter score or a lift can be below 0.")


@dataclass(frozen=True)
class CheckWords:
    """A finding under the name of its check."""

    label: str
    detail: str
    short: str


LABELS = {
    gates.NeedsKnown: gettext_lazy("Readers' needs"),
    gates.NeedsSourced: gettext_lazy("Where each need is known from"),
    gates.NeedsMatched: gettext_lazy("Every need has a cultural content"),
    gates.ElementsNeeded: gettext_lazy("Every cultural content has a need"),
    gates.AimsGiven: gettext_lazy("Purpose, goals, tasks"),
    gates.AudienceChosen: gettext_lazy("Segments"),
    gates.AudienceStands: gettext_lazy("The segments still find somebody"),
    gates.MixComplete: gettext_lazy("Channel mix adds up to 100 %"),
    gates.BudgetCovers: gettext_lazy("Budget"),
    gates.PeriodGiven: gettext_lazy("Period"),
    gates.OutcomeNamed: gettext_lazy("What it is judged by"),
    gates.ArmsWritten: gettext_lazy("Every arm has a mail"),
    gates.MailWritten: gettext_lazy("Mail is written"),
    gates.StandardsSet: gettext_lazy("Evaluation standards"),
    gates.StandardsSourced: gettext_lazy("Where each target comes from"),
    gates.ChannelsTracked: gettext_lazy("Every channel can be measured"),
    gates.MailLaunched: gettext_lazy("Mail is sent"),
    gates.CampaignEvaluated: gettext_lazy("Evaluation"),
    gates.NextTimeSaid: gettext_lazy("Next time"),
}


def label(check: GateCheck) -> str:
    """What the check is called, in the current language."""
    return str(LABELS[type(check)])


def labels(checks: Iterable[GateCheck]) -> str:
    """The labels of several checks as one list, for a refusal."""
    return listed(map(label, checks))


def check_in_words(check: GateCheck) -> CheckWords:
    """What was found, in the current language."""
    say = SENTENCES[type(check)]
    found = say(check)
    return CheckWords(label(check), found.detail, found.short)


def first_listed(rows: Sequence[Need | Element]) -> str:
    """The first few by name, the rest as a number."""
    named = listed(row.text for row in rows[:MOST_NAMED])
    unnamed = len(rows) - MOST_NAMED
    if unnamed <= 0:
        return named
    return _("%(named)s and %(n)d more") % {"named": named, "n": unnamed}


def _counted(check: AtLeastOne, said: str, *, nothing: str) -> Sentence:
    """How many rows there are, by ``said`` with its ``n``; ``nothing`` where there is none."""
    if not check.ok:
        return Sentence(nothing, short=_("none yet"))
    return Sentence(said % {"n": check.count})


# --- 1 prepare ------------------------------------------------------------------------------------
def needs_known(check: gates.NeedsKnown) -> Sentence:
    """How many needs are written down."""
    return _counted(
        check,
        ngettext("%(n)d need written down", "%(n)d needs written down", check.count),
        nothing=_("No need has been written down yet."),
    )


def needs_sourced(check: gates.NeedsSourced) -> Sentence:
    """From where the needs are known, or which of them nobody can trace."""
    if check.lacking:
        named = first_listed(check.lacking)
        return Sentence(
            _("Without a source: %(list)s") % {"list": named},
            short=_("%(n)d without") % {"n": len(check.lacking)},
        )
    # Without any need there is none without a source either; the check before counts them.
    if not check.ok:
        return Sentence(_("Say where each need is known from."))

    origins = [str(origin.label) for origin in check.origins]
    return Sentence(" · ".join(origins))


def needs_matched(check: gates.NeedsMatched) -> Sentence:
    """How many needs are answered by a content, or which are open."""
    if check.lacking:
        named = first_listed(check.lacking)
        return Sentence(
            _("Without an answer: %(list)s") % {"list": named},
            short=_("%(n)d open") % {"n": len(check.lacking)},
        )

    counts = {"matched": check.matched, "all": check.count}
    return Sentence(_("%(matched)d of %(all)d needs have a cultural content") % counts)


def elements_needed(check: gates.ElementsNeeded) -> Sentence:
    """Whether each cultural element answers a need, or which do not."""
    if check.ok:
        return Sentence(_("None is there for its own sake."))

    named = first_listed(check.left)
    return Sentence(
        _("Nobody asked for: %(list)s") % {"list": named},
        short=_("%(n)d idle") % {"n": len(check.left)},
    )


# --- 2 strategy -----------------------------------------------------------------------------------
def aims_given(check: gates.AimsGiven) -> Sentence:
    """Which of purpose, goals and tasks are given."""
    if not check.ok:
        missing = _missing_aims(check)
        return Sentence(
            _("Still missing: %(list)s") % {"list": listed(missing)},
            short=_("%(n)d missing") % {"n": len(missing)},
        )

    counted = [
        _("purpose written"),
        ngettext("%(n)d goal", "%(n)d goals", check.goals) % {"n": check.goals},
        ngettext("%(n)d task", "%(n)d tasks", check.tasks) % {"n": check.tasks},
    ]
    return Sentence(" · ".join(counted))


def _missing_aims(check: gates.AimsGiven) -> list[str]:
    """What is not written yet, in the order of the form; empty where all is."""
    missing = []
    if not check.has_purpose:
        missing.append(pgettext("of a campaign", "purpose"))
    if not check.goals:
        missing.append(_("a goal"))
    if not check.tasks:
        missing.append(_("a task"))
    return missing


def audience_chosen(check: gates.AudienceChosen) -> Sentence:
    """The segments, or what is wrong with them."""
    if not check.segments:
        return Sentence(
            _("Nobody is addressed yet: choose at least one segment."), short=_("none yet")
        )

    segments = listed(map(_segment_with_size, check.segments))
    if check.finds_nobody:
        return Sentence(
            _(
                "%(segments)s: an audience of nobody. Change the rule, or bring in its readers "
                "first."
            )
            % {"segments": segments},
            short=_("nobody found"),
        )
    values = {"segments": segments, "share": check.holdout_percent}
    return Sentence(_("%(segments)s; holdout %(share)d %%") % values)


def _segment_with_size(segment: Segment) -> str:
    """The name of a segment and how many readers it has, as far as that is told."""
    persons = segment.persons
    if not persons.is_known:
        return _("%(segment)s, not counted yet") % {"segment": segment.name}
    # A size that is withheld has no number, so no sentence with "readers" either.
    if persons.is_withheld:
        return _("%(segment)s, size not shown") % {"segment": segment.name}
    return _("%(segment)s %(n)s readers") % {"segment": segment.name, "n": persons}


def persons_in_words(persons: Count) -> str:
    """How many readers, in words, or that it is not told, or not known."""
    if not persons.is_known:
        return _("not counted yet")
    said = ngettext("%(n)s reader", "%(n)s readers", persons.plural)
    return persons.in_words(said, withheld=_("size not shown"))


def mix_complete(check: gates.MixComplete) -> Sentence:
    """How the channels share the effort, and whether that makes a hundred."""
    if not check.plans:
        return Sentence(_("No channel has been chosen yet."), short=_("none yet"))

    detail = " · ".join(f"{plan.channel} {plan.share}" for plan in check.plans)
    if check.ok:
        return Sentence(detail)
    if check.lacking > 0:
        return Sentence(detail, short=_("%(n)d %% lacking") % {"n": check.lacking})
    return Sentence(detail, short=_("%(n)d %% too much") % {"n": -check.lacking})


def budget_covers(check: gates.BudgetCovers) -> Sentence:
    """Whether the planned costs lie within the budget."""
    if check.budget is None:
        return Sentence(_("A campaign needs a budget, even if it is 0."), short=_("none yet"))

    amounts = {"planned": money(check.planned), "budget": money(check.budget)}
    if check.ok:
        return Sentence(_("%(budget)s approved, %(planned)s planned for channels") % amounts)

    excess = money(check.planned - check.budget)
    return Sentence(
        _("The channels are planned at %(planned)s, the budget is %(budget)s.") % amounts,
        short=_("%(amount)s too much") % {"amount": excess},
    )


def period_given(check: gates.PeriodGiven) -> Sentence:
    """From when to when the campaign runs."""
    if not check.ok:
        return Sentence(
            _("Give the first and the last day: the evaluation begins after the last."),
            short=_("none yet"),
        )
    return Sentence(f"{date_format(check.starts_on)} – {date_format(check.ends_on)}")


# --- 3 tactics ------------------------------------------------------------------------------------
def mail_written(check: gates.MailWritten) -> Sentence:
    """Which mails have a text."""
    if not check.planned:
        return Sentence(_("The channel mix has no e-mail."))
    if not check.ok:
        return Sentence(
            _("E-mail is in the channel mix, but no mail has been written."), short=_("none yet")
        )
    return Sentence(listed(check.titles))


def standards_set(check: gates.StandardsSet) -> Sentence:
    """How many standards are set."""
    said = ngettext(
        "%(n)d standard; going live locks it",
        "%(n)d standards; going live locks them",
        check.count,
    )
    nothing = _("Without a standard set before, nothing can be judged afterwards.")
    return _counted(check, said, nothing=nothing)


def standards_sourced(check: gates.StandardsSourced) -> Sentence:
    """Where each standard comes from, or which come from nowhere."""
    if check.lacking:
        metrics = listed(standard.get_metric_display() for standard in check.lacking)
        return Sentence(
            _("Without a source: %(list)s") % {"list": metrics},
            short=_("%(n)d without") % {"n": len(check.lacking)},
        )
    # Without any standard there is none without a source either.
    if not check.ok:
        return Sentence(_("No standard yet."))
    return Sentence(_("Every target names its source."))


def channels_tracked(check: gates.ChannelsTracked) -> Sentence:
    """Which channels have a link that is counted."""
    if check.ok:
        return Sentence(_("Each has a link or a mail."))
    return Sentence(
        _("No tracked link yet: %(list)s") % {"list": listed(check.left)},
        short=_("%(n)d without") % {"n": len(check.left)},
    )


# --- 4 performance --------------------------------------------------------------------------------
def mail_launched(check: gates.MailLaunched) -> Sentence:
    """Whether the mail has been launched."""
    if check.ok:
        return Sentence(_("Nothing is waiting to be launched."))
    return Sentence(
        _("Not launched: %(list)s") % {"list": listed(check.left)},
        short=_("%(n)d waiting") % {"n": len(check.left)},
    )


def campaign_evaluated(check: gates.CampaignEvaluated) -> Sentence:
    """How often the campaign was evaluated."""
    return _counted(
        check,
        ngettext("%(n)d evaluation", "%(n)d evaluations", check.count),
        nothing=_("It is computed in the night after the last day, or on demand."),
    )


def next_time_said(check: gates.NextTimeSaid) -> Sentence:
    """Whether it is said what is to be done otherwise next time."""
    if not check.ok:
        return Sentence(
            _("Closing asks what will be done differently next time."), short=_("not said")
        )
    return Sentence(check.next_time)


#: For each kind of check the function that says what it found.
SENTENCES: dict[type[GateCheck], Callable[..., Sentence]] = {
    gates.NeedsKnown: needs_known,
    gates.NeedsSourced: needs_sourced,
    gates.NeedsMatched: needs_matched,
    gates.ElementsNeeded: elements_needed,
    gates.AimsGiven: aims_given,
    gates.AudienceChosen: audience_chosen,
    gates.AudienceStands: audience_chosen,
    gates.MixComplete: mix_complete,
    gates.BudgetCovers: budget_covers,
    gates.PeriodGiven: period_given,
    gates.OutcomeNamed: outcome_named,
    gates.ArmsWritten: arms_written,
    gates.MailWritten: mail_written,
    gates.StandardsSet: standards_set,
    gates.StandardsSourced: standards_sourced,
    gates.ChannelsTracked: channels_tracked,
    gates.MailLaunched: mail_launched,
    gates.CampaignEvaluated: campaign_evaluated,
    gates.NextTimeSaid: next_time_said,
}


# --- the audit trail ------------------------------------------------------------------------------
def audit_codes() -> dict[str, dict]:
    """{name of a detail: {code: words}} of what plans write into the trail."""
    parts = (Goal, Task, Need, Element, Standard)
    return {
        "channel": Channel.objects.in_bulk(field_name="code"),
        "kind": {part._meta.model_name: part._meta.verbose_name for part in parts},
        "metric": dict(Standard.Metric.choices),
    }


AUDIT_CODES = [audit_codes]
