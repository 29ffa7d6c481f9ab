from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.loop.models import Decision
from core.forms import Form


class DecideForm(Form):
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
