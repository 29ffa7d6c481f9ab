"""What an evaluation concludes, in whole sentences of the current language. No queries, no HTML."""

from django.utils.translation import gettext as _

from analytics.loop.judging.saying import EffectTold
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.words import figure_range, figure_text, value_text
from core.numbers import percent


def effect_sentence(effect: EffectTold) -> str:
    """Whether the campaign did what it was to do; provisional before its window is over."""
    if effect.verdict.is_silent:
        return why_silent(effect.verdict)
    if effect.shown.low is None:
        return _too_early(effect)
    told = {
        "effect": figure_text(effect.shown),
        "range": figure_range(effect.shown),
        "level": percent(effect.shown.level, 0),
        "day": effect.progress.day,
        "days": effect.progress.days,
    }
    if effect.provisional:
        return _provisional(effect) % told
    return _final(effect) % told


def _too_early(effect: EffectTold) -> str:
    """On the first days of a long window no interval is narrow enough to say anything."""
    return _("Provisional, day %(day)s of %(days)s: it is too early to say anything.") % {
        "day": effect.progress.day,
        "days": effect.progress.days,
    }


def _provisional(effect: EffectTold) -> str:
    """Before the end only harm is concluded; everything else waits."""
    if effect.verdict == EffectVerdict.HARMFUL:
        return _(
            "Provisional, day %(day)s of %(days)s: readers who were written to do it less often"
            " (%(effect)s, %(level)s interval %(range)s). It may be stopped now."
        )
    return _(
        "Provisional, day %(day)s of %(days)s: %(effect)s so far (%(level)s interval %(range)s)."
        " It is decided at the end."
    )


def provisional_window(effect: EffectTold) -> str:
    """That the time in which its readers can do what was named is not over."""
    return _("Provisional, day %(day)s of %(days)s: the window of the readers is not over.") % {
        "day": effect.progress.day,
        "days": effect.progress.days,
    }


def _final(effect: EffectTold) -> str:
    """What is concluded at the end."""
    return {
        EffectVerdict.GOOD: _(
            "It helped: %(effect)s more than among those held out (%(level)s interval %(range)s)."
        ),
        EffectVerdict.HARMFUL: _(
            "It did harm: %(effect)s against those held out (%(level)s interval %(range)s)."
        ),
        EffectVerdict.NIL: _(
            "It did nothing that is worth having: %(effect)s against those held out (%(level)s"
            " interval %(range)s)."
        ),
        EffectVerdict.OPEN: _(
            "Whether it helped is open: %(effect)s against those held out (%(level)s interval"
            " %(range)s)."
        ),
    }[effect.verdict]


def why_silent(verdict: EffectVerdict) -> str:
    """Why there is no effect to speak of. KeyError for a verdict that says something."""
    return {
        EffectVerdict.NOT_RECORDED: _(
            "What readers did was not recorded on all days, so no effect is measured."
        ),
        EffectVerdict.NO_HOLDOUT: _("Without a holdout nobody can tell cause from coincidence."),
        EffectVerdict.NOT_AS_DRAWN: _(
            "The groups are no longer as they were drawn, so the difference between them says"
            " nothing."
        ),
        EffectVerdict.FEW: _("The groups are too small to tell cause from coincidence."),
    }[verdict]


def what_could_be_seen(effect: EffectTold) -> str:
    """The smallest effect that these arms can show, beside the smallest one worth having."""
    if effect.visible is None:
        return ""
    told = {"visible": value_text(effect.visible, effect.measure)}
    if effect.smallest is None:
        return _("Arms of this size show an effect of %(visible)s or more.") % told
    told["smallest"] = value_text(effect.smallest, effect.measure)
    if effect.visible <= effect.smallest:
        return (
            _(
                "Arms of this size show an effect of %(visible)s or more; %(smallest)s was worth"
                " having."
            )
            % told
        )
    return (
        _(
            "Arms of this size show an effect of %(visible)s or more: %(smallest)s, which was worth"
            " having, could not be seen."
        )
        % told
    )
