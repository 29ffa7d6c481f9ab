from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.hosts.names import normal_host
from core.forms import Form


class HostForm(Form):
    """A host outside the library, and why links may lead there."""

    host = forms.CharField(
        label=_("Host"), max_length=253, help_text=_("Without https://, for example: www.nlc.cn")
    )
    reason = forms.CharField(label=_("Whose pages these are"), max_length=200)

    def clean_host(self):
        """In the one normal form of hosts; ValidationError where it is none."""
        return normal_host(self.cleaned_data["host"])
