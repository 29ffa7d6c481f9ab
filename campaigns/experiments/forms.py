"""The forms of a campaign's promise and of its arms."""

from django import forms
from django.utils.translation import gettext_lazy as _

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
        max_value=100,
        decimal_places=2,
        help_text=_("In percentage points: how many more of a hundred readers."),
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
    unsubscribes = MarginField(
        label=_("Unsubscribes, at most %"),
        help_text=_("Of those mailed. Empty: no guardrail."),
    )
    complaints = MarginField(label=_("Reports of spam, at most %"))
    staff_hours = MarginField(label=_("Hours of staff, at most"))

    def __init__(self, *args, offered: list[NamedOutcome], **kwargs):
        """``offered``: the outcomes that can be measured here."""
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(one.value, one.label) for one in offered]

    def clean(self):
        """The margins become one argument of the verb, by kind."""
        cleaned = super().clean()
        if cleaned.get("outcome") == NamedOutcome.FIRST_VISIT and not cleaned.get("first_since"):
            self.add_error("first_since", _("Say since when there was no visit."))
        margins = {}
        for kind in Guardrail.Kind.values:
            margins[kind] = cleaned.pop(kind, None)
        cleaned["guardrails"] = margins
        return cleaned


def promise_initial(experiment: Experiment | None) -> dict:
    """What the form begins with: the promise that is there, or the one of the round before."""
    if experiment is None:
        return {}
    names = ("outcome", "first_since", "window_days", "smallest_effect", "adjusts")
    initial = {name: getattr(experiment, name) for name in names}
    for guardrail in experiment.guardrails.all():
        initial[guardrail.kind] = guardrail.margin
    return initial


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
        self.fields[f"{letter}_hour"] = forms.IntegerField(
            label=_("Arm %(letter)s: hour of sending") % values,
            required=False,
            min_value=0,
            max_value=23,
        )

    def clean(self):
        """The rows of the verb; an arm without a share is none."""
        cleaned = super().clean()
        rows = [row for row in map(self._row, LETTERS) if row is not None]
        before = cleaned.get("before_weight")
        if before:
            label = str(_("As before"))
            rows.append(ArmRow(AS_BEFORE, label, before, Role.AS_BEFORE))
        if not self.errors and sum(row.weight for row in rows) != WHOLE:
            raise forms.ValidationError(_("The shares of the arms make 100 %."))
        return {"rows": rows, "holdout_percent": cleaned.get("holdout_percent")}

    def _row(self, letter: str) -> ArmRow | None:
        """What was typed of one arm; None where it has no share."""
        weight = self.cleaned_data.get(f"{letter}_weight")
        if not weight:
            return None
        label = self.cleaned_data.get(f"{letter}_label")
        if not label:
            self.add_error(f"{letter}_label", _("An arm has a name."))
            label = letter
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


def arms_initial(experiment: Experiment, holdout_percent: int, *, proposes_before: bool) -> dict:
    """What the form begins with; ``proposes_before``: whether a part that goes on as before is
    proposed where the plan has one arm alone.
    """
    initial = {"holdout_percent": holdout_percent}
    arms = list(experiment.arms.all())
    for arm in arms:
        if arm.is_as_before:
            initial["before_weight"] = arm.weight
            continue
        initial[f"{arm.code}_label"] = arm.label
        initial[f"{arm.code}_weight"] = arm.weight
        initial[f"{arm.code}_hour"] = arm.send_hour
    if proposes_before and len(arms) == 1:
        initial["before_weight"] = USUAL_AS_BEFORE
        initial[f"{FIRST_ARM}_weight"] = WHOLE - USUAL_AS_BEFORE
    return initial
