from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.loop.forms import TARGET_METRICS


class TargetForm(forms.Form):
    metric = forms.ChoiceField(choices=TARGET_METRICS, label=_("Figure"))
    value = forms.IntegerField(min_value=1, max_value=10_000_000, label=_("Target for a month"))
