from django import forms
from django.utils.translation import gettext_lazy as _

from core.listing import any_of
from crm.jobs.models import Job


class JobFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), choices=any_of(_("Any")) + Job.State.choices, required=False
    )

    def filter(self, found):
        self.is_valid()
        return (
            found.filter(state=self.cleaned_data["state"])
            if self.cleaned_data.get("state")
            else found
        )
