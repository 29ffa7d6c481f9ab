from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form

#: Monthly figures a target can be set for.
TARGET_METRICS = [
    ("contributors", _("Contributors")),
    ("active_readers", _("Active readers")),
    ("participants", _("Readers at events")),
    ("respondents", _("Readers who answered")),
]


class TargetForm(Form):
    metric = forms.ChoiceField(choices=TARGET_METRICS, label=_("Figure"))
    value = forms.IntegerField(min_value=1, max_value=10_000_000, label=_("Target for a month"))
