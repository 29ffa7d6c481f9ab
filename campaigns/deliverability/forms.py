"""Over how many days is looked at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form

USUAL = 30


class PeriodForm(Form):
    """7, 30 or 90 days."""

    days = forms.TypedChoiceField(
        label=_("How far back"),
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        coerce=int,
        initial=USUAL,
        required=False,
    )

    def asked(self) -> int:
        """The days asked for; the usual ones where none of these are."""
        self.full_clean()
        return self.cleaned_data.get("days") or USUAL
