"""A campaign's promise, its arms and what they let see, said to people."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from campaigns.experiments.choices import VisibleChoice
from campaigns.experiments.models import (
    PER_READERS,
    Arm,
    Experiment,
    Guardrail,
    NamedOutcome,
    ProgrammeHoldout,
)
from core.localised import listed
from core.numbers import number, percent, plain

#: What a guardrail says of its margin.
MARGINS = {
    Guardrail.Kind.UNSUBSCRIBES: gettext_lazy("unsubscribes: at most %(margin)s %%"),
    Guardrail.Kind.COMPLAINTS: gettext_lazy("reports of spam: at most %(margin)s %%"),
    Guardrail.Kind.STAFF_HOURS: gettext_lazy("hours of staff: at most %(margin)s"),
}


#: What is asked of a reader: whether they did it, and of what can be counted how often.
WHETHER = {
    NamedOutcome.FIRST_VISIT: gettext_lazy("Whether a reader visits for the first time"),
    NamedOutcome.VISIT: gettext_lazy("Whether a reader visits"),
    NamedOutcome.EVENT: gettext_lazy("Whether a reader attends an event"),
    NamedOutcome.CAMPAIGN_EVENT: gettext_lazy("Whether a reader attends an event of this campaign"),
    NamedOutcome.LOAN: gettext_lazy("Whether a reader borrows"),
    NamedOutcome.LISTED_LOAN: gettext_lazy("Whether a reader borrows from the listed collection"),
    NamedOutcome.E_RESOURCE: gettext_lazy("Whether a reader uses an e-resource"),
    NamedOutcome.CONTRIBUTION: gettext_lazy("Whether a reader contributes"),
}
HOW_OFTEN = {
    NamedOutcome.VISIT: gettext_lazy("How often a reader visits"),
    NamedOutcome.LOAN: gettext_lazy("How often a reader borrows"),
}


def promise_in_pairs(experiment: Experiment) -> list[tuple[str, str]]:
    """[(label, value)] of what was promised, in the order of its page."""
    pairs = [
        (_("What we look at"), outcome_in_words(experiment)),
        (_("Worth having"), worth_in_words(experiment)),
        (pgettext("of readers", "Before"), base_in_words(experiment)),
    ]
    if experiment.secondary:
        pairs.append((_("Also shown, not judged"), listed(map(_label, experiment.secondary))))
    rails = list(map(guardrail_in_words, experiment.guardrails.all()))
    if rails:
        pairs.append((_("Guardrails"), listed(rails)))
    return pairs


def _label(outcome: str) -> str:
    """An outcome by its name."""
    return str(NamedOutcome(outcome).label)


def outcome_in_words(experiment: Experiment) -> str:
    """The outcome with its window, and of whom it is asked."""
    days = experiment.window_days
    values = {"outcome": experiment.get_outcome_display(), "days": days}
    if experiment.as_amount:
        values["outcome"] = HOW_OFTEN[NamedOutcome(experiment.outcome)]
    if experiment.first_since is not None:
        values["since"] = date_format(experiment.first_since)
        said = ngettext(
            "%(outcome)s within %(days)d day of the letter; only readers without one since"
            " %(since)s",
            "%(outcome)s within %(days)d days of the letter; only readers without one since"
            " %(since)s",
            days,
        )
    else:
        said = ngettext(
            "%(outcome)s within %(days)d day of the letter",
            "%(outcome)s within %(days)d days of the letter",
            days,
        )
    return said % values


def worth_in_words(experiment: Experiment) -> str:
    """From which size on the effect is worth having."""
    effect = effect_in_words(experiment, float(experiment.smallest_effect))
    return _("from %(effect)s on") % {"effect": effect}


def effect_in_words(experiment: Experiment, effect: float) -> str:
    """A difference in the unit of the promise: points of a share, or times per 100 readers."""
    if experiment.as_amount:
        return _("%(effect)s times per 100 readers") % {"effect": number(effect, 1)}
    return _("%(effect)s percentage points") % {"effect": number(effect, 1)}


def base_in_words(experiment: Experiment) -> str:
    """What the audience did in the last comparable window, or that nobody recorded it."""
    if not experiment.has_base:
        return _("Not measured: no comparable time is recorded on all its days.")
    values = {
        "first": date_format(experiment.base_from),
        "last": date_format(experiment.base_to),
        "n": number(experiment.base_n),
    }
    if experiment.as_amount:
        values["rate"] = number(float(experiment.base_rate) * PER_READERS, 1)
        return _("%(rate)s times per 100 readers, n = %(n)s, %(first)s to %(last)s") % values
    values["rate"] = percent(float(experiment.base_rate), 0)
    return _("%(rate)s of these readers, n = %(n)s, %(first)s to %(last)s") % values


def guardrail_in_words(guardrail: Guardrail) -> str:
    """A guardrail with its margin; of a kind of a later room its code and its margin."""
    said = MARGINS.get(guardrail.kind)
    if said is None:
        return f"{guardrail.kind} ≤ {plain(guardrail.margin)}"
    return str(said) % {"margin": plain(guardrail.margin)}


def about(readers: int) -> int:
    """A planned number of readers in tens, as the table of arms has it; below ten as it is."""
    # In tens they would be none or ten, of a plan that has some.
    if readers < 10:
        return readers
    return round(readers, -1)


def choice_in_words(experiment: Experiment, choice: VisibleChoice, *, numbers: bool) -> str:
    """A share held out and what it lets see; ``numbers``: whether readers may be counted here."""
    values = {"percent": choice.percent, "held": number(about(choice.held))}
    if choice.effect is None:
        if not numbers:
            return _("%(percent)d %%: what can be seen is not known") % values
        return _("%(percent)d %%, about %(held)s readers: what can be seen is not known") % values
    values["effect"] = effect_in_words(experiment, choice.effect)
    if not numbers:
        return _("%(percent)d %%: %(effect)s or more can be seen") % values
    return _("%(percent)d %%, about %(held)s readers: %(effect)s or more can be seen") % values


def warning_in_words(experiment: Experiment, choice: VisibleChoice, enough: int | None) -> str:
    """That what can be seen is larger than what is worth having, and what would help; empty where
    it is not, and where nothing is known.
    """
    if choice.sees or choice.effect is None:
        return ""
    values = {
        "worth": effect_in_words(experiment, float(experiment.smallest_effect)),
        "effect": effect_in_words(experiment, choice.effect),
        "enough": enough,
    }
    if enough is None:
        said = _(
            "What can be seen (%(effect)s) is larger than what is worth having (%(worth)s), however"
            " many are held out. This campaign alone will not tell."
        )
        return said % values
    said = _(
        "What can be seen (%(effect)s) is larger than what is worth having (%(worth)s). With"
        " %(enough)d %% held out it would be seen; left as it is, this campaign alone will not"
        " tell."
    )
    return said % values


def rule_in_words() -> str:
    """By what the choices were computed."""
    return _("Decided at 95 %, two-sided; an effect of this size is found in 8 of 10 campaigns.")


def arms_apart_in_words(experiment: Experiment, one: Arm, other: Arm, effect: float) -> str:
    """How far apart two arms must lie to be told apart. ``effect`` in the unit of the promise."""
    values = {
        "one": one,
        "other": other,
        "effect": effect_in_words(experiment, effect),
    }
    return _("“%(one)s” and “%(other)s” are told apart from %(effect)s on.") % values


def share_in_words(arm: Arm, holdout_percent: int) -> str:
    """The share of an arm among all who are drawn, and its hour where it has one."""
    share = percent(arm.weight * (100 - holdout_percent) / 10_000, 0)
    if arm.send_hour is None:
        return share
    return _("%(share)s, at %(hour)d:00") % {"share": share, "hour": arm.send_hour}


def programme_in_pairs(programme: ProgrammeHoldout | None) -> list[tuple[str, str]]:
    """[(label, value)] of one holdout of the programme; empty for none."""
    if programme is None:
        return []
    period = f"{date_format(programme.starts_on)} – {date_format(programme.ends_on)}"
    pairs = [
        (_("Readers held out"), f"{programme.percent} %"),
        (_("Time"), period),
        (_("Why this is fair"), programme.note),
        (_("Started by"), str(programme.started_by)),
    ]
    if programme.stopped_by is not None:
        pairs.append((_("Stopped by"), str(programme.stopped_by)))
    return pairs
