"""The forms of a campaign's promise and of its arms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.experiments import words
from campaigns.experiments.actions import AS_BEFORE, FIRST_ARM, ArmRow
from campaigns.experiments.models import (
    LONGEST_WINDOW,
    USUAL_AS_BEFORE,
    USUAL_WINDOW,
    Experiment,
    Guardrail,
    NamedOutcome,
    Role,
)
from campaigns.experiments.models.programme import LEAST_PERCENT, MOST_PERCENT
from core.forms import DayInput, Form

#: The arms that a plan may have beside the one that keeps the plan before.
LETTERS = (FIRST_ARM, "B", "C")
WHOLE = 100


class MarginField(forms.DecimalField):
    """The margin of a guardrail; empty for no such guardrail."""

    def __init__(self, **kwargs):
        super().__init__(required=False, min_value=0, max_value=100_000, decimal_places=2, **kwargs)


#: Ends the value of an outcome of which it is asked how often.
TIMES = ":times"


def asked_of(outcome: NamedOutcome, *, as_amount: bool) -> str:
    """The value by which the form names an outcome, and whether it is counted."""
    if as_amount:
        return f"{outcome}{TIMES}"
    return str(outcome)


def questions(offered: list[NamedOutcome]) -> list[tuple[str, str]]:
    """[(value, question)]: whether, for each outcome; then how often, for what is counted."""
    whether, how_often = [], []
    for one in offered:
        whether.append((asked_of(one, as_amount=False), words.WHETHER[one]))
        # Everything else is asked only whether.
        if one.takes_amounts:
            how_often.append((asked_of(one, as_amount=True), words.HOW_OFTEN[one]))
    return whether + how_often


class PromiseForm(Form):
    """What is looked at, from when on it is worth it, and what must not get worse."""

    outcome = forms.ChoiceField(label=_("What readers are to do"), widget=forms.RadioSelect)
    first_since = forms.DateField(
        label=_("For a first visit: none since"), required=False, widget=DayInput
    )
    window_days = forms.IntegerField(
        label=_("Days from the letter on"),
        min_value=1,
        max_value=LONGEST_WINDOW,
        initial=USUAL_WINDOW,
        help_text=_("For each reader from the day on which they were drawn."),
    )
    smallest_effect = forms.DecimalField(
        label=_("Smallest effect worth having"),
        min_value=0.01,
        max_value=1000,
        decimal_places=2,
        help_text=_(
            "Of a hundred readers: how many more do it (percentage points); for how often: how many"
            " times more they do it together."
        ),
    )
    adjusts = forms.BooleanField(
        label=_("Corrected by what readers did before"),
        required=False,
        initial=True,
        help_text=_(
            "By their last 90 days, their kind and campus: it makes smaller effects visible. Fixed"
            " before the launch; not for a first visit."
        ),
    )
    secondary = forms.MultipleChoiceField(
        label=_("Also shown, not judged"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At most three. They stand on the report as secondary and decide nothing."),
    )
    unsubscribes = MarginField(
        label=_("Unsubscribes, at most %"),
        help_text=_("Of those mailed. Empty: no guardrail."),
    )
    complaints = MarginField(label=_("Reports of spam, at most %"))
    staff_hours = MarginField(label=_("Hours of staff, at most"))

    def __init__(self, *args, offered: list[NamedOutcome], **kwargs):
        """``offered``: the outcomes that can be measured here."""
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = questions(offered)
        beside = [(str(one), words.WHETHER[one]) for one in offered if one.may_be_secondary]
        self.fields["secondary"].choices = beside

    def clean(self):
        """The margins become one argument of the verb, by kind."""
        cleaned = super().clean()
        # One choice of the page is two arguments of the verb.
        asked = cleaned.get("outcome", "")
        cleaned["as_amount"] = asked.endswith(TIMES)
        cleaned["outcome"] = asked.removesuffix(TIMES)
        if not cleaned["as_amount"]:
            self._check_a_share(cleaned.get("smallest_effect"))
        if cleaned.get("outcome") == NamedOutcome.FIRST_VISIT and not cleaned.get("first_since"):
            self.add_error("first_since", _("Say since when there was no visit."))
        margins = {}
        for kind in Guardrail.Kind.values:
            margins[kind] = cleaned.pop(kind, None)
        cleaned["guardrails"] = margins
        return cleaned

    def _check_a_share(self, smallest) -> None:
        """Of a hundred readers no more than a hundred do something."""
        if smallest is not None and smallest > WHOLE:
            self.add_error("smallest_effect", _("Of a hundred readers at most a hundred do it."))


def promise_initial(experiment: Experiment | None) -> dict:
    """What the form begins with: the promise that is there, or the one of the round before."""
    if experiment is None:
        return {}
    names = ("first_since", "window_days", "smallest_effect", "adjusts", "secondary")
    initial = {name: getattr(experiment, name) for name in names}
    outcome = NamedOutcome(experiment.outcome)
    initial["outcome"] = asked_of(outcome, as_amount=experiment.as_amount)
    for guardrail in experiment.guardrails.all():
        initial[guardrail.kind] = guardrail.margin
    return initial


def _hour_field(**kwargs) -> forms.IntegerField:
    """An hour of sending of one arm; empty where it has the campaign's."""
    return forms.IntegerField(required=False, min_value=0, max_value=23, **kwargs)


class ArmsForm(Form):
    """Who is held out, and among which letters the others are shared."""

    holdout_percent = forms.TypedChoiceField(
        label=_("Held out"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args, choices: list[tuple[int, str]], has_previous: bool, **kwargs):
        """``choices``: (percent, what it lets see); ``has_previous``: whether there is a plan
        before that an arm could keep.
        """
        super().__init__(*args, **kwargs)
        self.fields["holdout_percent"].choices = choices
        for letter in LETTERS:
            self._add_arm(letter)
        if has_previous:
            self.fields["before_weight"] = forms.IntegerField(
                label=_("As before: share, %"),
                required=False,
                min_value=0,
                max_value=99,
                help_text=_(
                    "They get the letters of the plan before: only beside them can it be checked"
                    " whether what was changed keeps its promise."
                ),
            )
            self.fields["before_hour"] = _hour_field(
                label=_("As before: hour of sending"),
                help_text=_("The hour of the plan before, where this plan has another one."),
            )

    def _add_arm(self, letter: str) -> None:
        """The three fields of one arm."""
        values = {"letter": letter}
        self.fields[f"{letter}_label"] = forms.CharField(
            label=_("Arm %(letter)s: name") % values, max_length=80, required=False
        )
        self.fields[f"{letter}_weight"] = forms.IntegerField(
            label=_("Arm %(letter)s: share, %%") % values,
            required=False,
            min_value=0,
            max_value=WHOLE,
        )
        label = _("Arm %(letter)s: hour of sending") % values
        self.fields[f"{letter}_hour"] = _hour_field(label=label)

    def clean(self):
        """The rows of the verb; an arm without a share is none."""
        cleaned = super().clean()
        rows = [row for row in map(self._row, LETTERS) if row is not None]
        before = cleaned.get("before_weight")
        if before:
            hour = cleaned.get("before_hour")
            rows.append(ArmRow(AS_BEFORE, "", before, Role.AS_BEFORE, hour))
        if not self.errors and sum(row.weight for row in rows) != WHOLE:
            raise forms.ValidationError(_("The shares of the arms make 100 %."))
        return {"rows": rows, "holdout_percent": cleaned.get("holdout_percent")}

    def _row(self, letter: str) -> ArmRow | None:
        """What was typed of one arm; None where it has no share."""
        weight = self.cleaned_data.get(f"{letter}_weight")
        if not weight:
            return None
        label = self.cleaned_data.get(f"{letter}_label")
        # The first one is the campaign's mail where nobody calls it otherwise.
        if not label and letter != FIRST_ARM:
            self.add_error(f"{letter}_label", _("An arm has a name."))
        return ArmRow(letter, label, weight, Role.NEW, self.cleaned_data.get(f"{letter}_hour"))


class ProgrammeForm(Form):
    """Readers who get no campaign mail for a time."""

    percent = forms.TypedChoiceField(
        label=_("Readers held out, %"),
        coerce=int,
        choices=[(n, f"{n} %") for n in range(LEAST_PERCENT, MOST_PERCENT + 1)],
        initial=2,
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(
        label=_("Last day"), widget=DayInput, help_text=_("A year later at most.")
    )
    note = forms.CharField(
        label=_("Why this is fair"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What those who get nothing miss, and why a lot and nobody's choice decides."),
    )


def arms_initial(
    experiment: Experiment,
    holdout_percent: int,
    *,
    proposes_before: bool,
    hour_before: int | None = None,
) -> dict:
    """What the form begins with; ``proposes_before``: whether a part that goes on as before is
    proposed where the plan has one arm alone, at ``hour_before`` where that was another hour.
    """
    initial = {"holdout_percent": holdout_percent}
    arms = list(experiment.arms.all())
    for arm in arms:
        if arm.is_as_before:
            initial["before_weight"] = arm.weight
            initial["before_hour"] = arm.send_hour
            continue
        initial[f"{arm.code}_label"] = arm.label
        initial[f"{arm.code}_weight"] = arm.weight
        initial[f"{arm.code}_hour"] = arm.send_hour
    if proposes_before and len(arms) == 1:
        initial["before_weight"] = USUAL_AS_BEFORE
        initial["before_hour"] = hour_before
        initial[f"{FIRST_ARM}_weight"] = WHOLE - USUAL_AS_BEFORE
    return initial
