"""The forms of a campaign's room.

Brief, parts, channel mix, standards, money, closing, and the list's filter.
"""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.plan import words
from campaigns.plan.gates import WHOLE_MIX
from campaigns.plan.mix import MixRow
from campaigns.plan.models import (
    Campaign,
    Channel,
    Cost,
    Element,
    Goal,
    Match,
    Need,
    Standard,
    Task,
)
from campaigns.plan.seasons import SEASONS
from core.forms import DayInput, Form, ModelForm
from crm.registers.forms import in_order
from crm.segments.models import Segment

#: The choice of a plan that begins empty.
BLANK = "blank"


class YearField(forms.IntegerField):
    """A year that a season's campaign can be for; with it changes whom a season would find."""

    def __init__(self, **kwargs):
        super().__init__(min_value=2000, max_value=2100, **kwargs)

    def widget_attrs(self, widget):
        """Changing it asks for the audiences of the season beside it."""
        attrs = super().widget_attrs(widget)
        shows = {
            "hx-get": reverse_lazy("campaigns:season-audiences"),
            "hx-target": "#seasons",
            "hx-trigger": "change",
        }
        return attrs | shows


class StartForm(Form):
    """How a campaign begins: empty, as a season, or as the next round of an earlier one."""

    title = forms.CharField(
        label=pgettext_lazy("of a campaign", "Title"),
        max_length=120,
        required=False,
        help_text=_("Left empty, it takes the name of the season or of the earlier campaign."),
    )
    start = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect, initial=BLANK)
    year = YearField(label=_("Year"), required=False)

    def __init__(self, *args, earlier, **kwargs):
        """``earlier``: the campaigns that this one may follow."""
        super().__init__(*args, **kwargs)
        # A prefix keeps a campaign's number apart from a season's key.
        self.earlier = {f"copy-{campaign.pk}": campaign for campaign in earlier}
        self.fields["start"].choices = self.choices()
        self.fields["year"].initial = timezone.localdate().year

    def choices(self) -> list[tuple]:
        """[(value, label)] of the ways to begin."""
        choices = [(BLANK, _("An empty plan"))]
        for season in SEASONS.values():
            choices.append((season.key, season.label))
        for key, campaign in self.earlier.items():
            choices.append((key, _("Next round of “%s”") % campaign))
        return choices

    def clean(self):
        """An empty plan has a title; without a year it is for this one."""
        cleaned = super().clean()
        # A season and an earlier round bring a title of their own.
        if cleaned.get("start") == BLANK and not cleaned.get("title"):
            self.add_error("title", _("An empty plan needs a title."))
        if not cleaned.get("year"):
            cleaned["year"] = timezone.localdate().year
        return cleaned


class BriefForm(ModelForm):
    """The campaign's own words and frame; the budget leaves the form once it is approved."""

    class Meta:
        model = Campaign
        fields = [
            "title",
            "purpose",
            "theme",
            "tone",
            "sentiment",
            "starts_on",
            "ends_on",
            "send_hour",
            "collection",
            "holdout_percent",
            "budget",
        ]
        widgets = {
            "starts_on": DayInput,
            "ends_on": DayInput,
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }
        # The models' own names are short words that read otherwise elsewhere.
        labels = {
            "ends_on": pgettext_lazy("of a campaign", "Last day"),
            "purpose": _("What the campaign is meant to reach"),
        }

    def __init__(self, *args, budget_fixed: bool = False, **kwargs):
        """``budget_fixed``: the budget is approved, and no longer a field of the form."""
        super().__init__(*args, **kwargs)
        # Gone and not only disabled: what a browser posts for it all the same is then ignored.
        if budget_fixed:
            del self.fields["budget"]

    def clean(self):
        """A campaign does not end before it has begun; said at the last day."""
        return in_order(self, super().clean())


class GoalForm(ModelForm):
    class Meta:
        model = Goal
        fields = ["text"]


class TaskForm(ModelForm):
    class Meta:
        model = Task
        fields = ["text", "owner"]


class NeedForm(ModelForm):
    class Meta:
        model = Need
        fields = ["text", "origin", "source"]
        help_texts = {"source": _("For example: reader survey of spring, question 7")}


class ElementForm(ModelForm):
    class Meta:
        model = Element
        fields = ["text", "resource"]
        help_texts = {"resource": _("For example: special collections, campus history")}


class MatchForm(ModelForm):
    class Meta:
        model = Match
        fields = ["need", "element", "strength", "reason"]

    def __init__(self, *args, campaign: Campaign, **kwargs):
        """Needs and contents are those of ``campaign`` alone."""
        super().__init__(*args, **kwargs)
        # By default every campaign's rows could be chosen.
        self.fields["need"].queryset = campaign.needs.all()
        self.fields["element"].queryset = campaign.elements.all()

    # ``set_match`` changes a match that is said again; the unique constraint would refuse it here.
    def validate_constraints(self):
        """Left to the verb, which says it in words of the plan."""
        pass


class StandardForm(ModelForm):
    class Meta:
        model = Standard
        fields = ["metric", "direction", "target", "weight", "source"]
        help_texts = {
            "weight": _("How much this standard counts beside the others: 1, 2, 3 …"),
            "source": _("For example: last round, council of 3 March, LibQUAL+ 2024"),
        }

    def clean_target(self):
        """A target below zero is taken only by a measure that can be."""
        target = self.cleaned_data["target"]
        metric = self.cleaned_data.get("metric")
        # Without a metric the form is refused for that.
        if metric and not Standard.Metric(metric).takes(target):
            raise ValidationError(words.NOT_BELOW_ZERO)
        return target


class CostForm(ModelForm):
    class Meta:
        model = Cost
        fields = ["amount", "kind", "channel", "note", "on"]
        widgets = {"on": DayInput}
        help_texts = {"amount": _("CNY; for staff hours the number of hours")}

    def __init__(self, *args, **kwargs):
        """A cost is booked for today unless somebody says otherwise."""
        super().__init__(*args, **kwargs)
        # The function and not its value: the day on which the form is shown.
        self.fields["on"].initial = timezone.localdate
        self.fields["channel"].empty_label = _("No single channel")
        self.fields["channel"].label = _("Channel")


#: PostgreSQL's integer ends a little above.
MOST_READERS = 2_000_000_000


class PlanRowForm(Form):
    """One channel's line of the mix."""

    channel = forms.ModelChoiceField(queryset=Channel.objects.all(), widget=forms.HiddenInput)
    share = forms.IntegerField(label=_("Share, %"), min_value=0, max_value=100, required=False)
    planned_cost = forms.DecimalField(
        label=_("Planned cost, CNY"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    expected_reach = forms.IntegerField(
        label=_("Expected reach"), min_value=0, max_value=MOST_READERS, required=False
    )

    def clean(self):
        """What the verb takes: numbers in the place of empty fields."""
        cleaned = super().clean()
        # An empty field of the table means none of it, which the verb takes as 0.
        cleaned["share"] = cleaned.get("share") or 0
        cleaned["planned_cost"] = cleaned.get("planned_cost") or Decimal(0)
        cleaned.setdefault("expected_reach", None)
        return cleaned


#: No register has so many channels: a post that says so asks for pages of empty lines.
MOST_CHANNELS = 200


class MixFormSet(formset_factory(PlanRowForm, extra=0, max_num=40, absolute_max=MOST_CHANNELS)):
    """The whole mix.

    A plan may be saved unfinished (the gate asks for 100 %), but never above 100 %.
    """

    def clean(self):
        """Not above 100 % together."""
        total = 0
        for form in self.forms:
            # A form with an error of its own has no cleaned data; its error is shown beside it.
            if hasattr(form, "cleaned_data"):
                total += form.cleaned_data.get("share", 0)

        if total > WHOLE_MIX:
            raise ValidationError(
                _("The shares add up to %(n)d %%; a plan has 100 %%.") % {"n": total}
            )

    def rows(self) -> list[MixRow]:
        """The rows of a valid form set; lines that were left empty are left out."""
        rows = []
        for form in self.forms:
            if form.cleaned_data:
                rows.append(MixRow(**form.cleaned_data))
        return rows


class SegmentsForm(Form):
    segments = forms.ModelMultipleChoiceField(
        label=_("Segments"),
        queryset=Segment.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class AmendForm(Form):
    target = forms.DecimalField(label=_("New target"), max_digits=12, decimal_places=2)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Stays beside the old target in every evaluation."),
    )


class BudgetForm(Form):
    budget = forms.DecimalField(
        label=_("New budget, CNY"), max_digits=12, decimal_places=2, min_value=0
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class CloseForm(Form):
    next_time = forms.CharField(
        label=_("What will be done differently next time?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The next round opens with this sentence."),
    )
