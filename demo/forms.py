from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class MailboxSearchForm(Form):
    q = forms.CharField(label=_("Search"), required=False, help_text=_("Receiver or subject"))
