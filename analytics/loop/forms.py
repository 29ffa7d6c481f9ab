from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.loop.models import Adjustment, Decision


class DecideForm(forms.Form):
    """One of three answers to a proposal. What is required together is the verb's to say."""

    verdict = forms.ChoiceField(choices=Decision.Verdict.choices)
    value = forms.FloatField(required=False, label=_("Value instead"))
    reason = forms.CharField(
        required=False,
        max_length=500,
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is read again when the next campaign is evaluated."),
    )


class DecisionFilterForm(forms.Form):
    """Filter of the decisions: by state, by kind."""

    state = forms.ChoiceField(
        required=False, label=_("State"), choices=[("", _("all states")), *Adjustment.State.choices]
    )
    kind = forms.ChoiceField(
        required=False, label=_("Kind"), choices=[("", _("all kinds")), *Adjustment.Kind.choices]
    )

    def filter(self, adjustments):
        """``adjustments`` narrowed by what was asked; without a state, replaced ones stay out."""
        data = self.cleaned_data if self.is_valid() else {}
        if data.get("state"):
            adjustments = adjustments.filter(state=data["state"])
        else:
            adjustments = adjustments.exclude(state=Adjustment.State.SUPERSEDED)
        return adjustments.filter(kind=data["kind"]) if data.get("kind") else adjustments
