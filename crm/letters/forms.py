"""What is typed about single letters."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class SkipForm(Form):
    reason = forms.CharField(
        label=_("Why it is left out"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
