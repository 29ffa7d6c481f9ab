from django import forms
from django.utils.translation import gettext_lazy as _


class MailboxSearchForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, help_text=_("Receiver or subject"))
